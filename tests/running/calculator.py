"""A kernel of another language than Python: it adds numbers.

``python -m tests.running.calculator -f FILE``. It publishes what it executes only if
told so, has no traceback in its errors, and answers the shell channel alone.
"""

from __future__ import annotations

import time
from typing import Any


def main() -> None:
    """Start the kernel."""
    from ipykernel.kernelapp import IPKernelApp
    from ipykernel.kernelbase import Kernel

    class Calculator(Kernel):
        implementation = "calculator"
        implementation_version = "1"
        language_info = {"name": "sum", "mimetype": "text/x-sum"}  # noqa: RUF012
        banner = "Adds numbers"

        async def do_execute(
            self, code: str, silent: bool, *others: Any, **more: Any
        ) -> dict[str, object]:
            try:
                if code == "wait":
                    self.publish("stream", {"name": "stdout", "text": "waiting\n"})
                    time.sleep(600)  # noqa: ASYNC251 - until it is interrupted
                total = sum(int(each) for each in code.split("+"))
            except (ValueError, KeyboardInterrupt) as error:
                content: dict[str, object] = {
                    "ename": type(error).__name__,
                    "evalue": code,
                }
                self.publish("error", content)
                return {"status": "error", **content, "traceback": []}
            self.publish("display_data", {"data": {"text/plain": str(total)}})
            return {"status": "ok", "execution_count": 0, "payload": []}

        def publish(self, kind: str, content: dict[str, object]) -> None:
            send: Any = self.send_response
            send(self.iopub_socket, kind, content)

        def _publish_execute_input(self, *arguments: object) -> None:
            """Publish nothing."""

    Calculator.control_msg_types = ["interrupt_request", "shutdown_request"]
    IPKernelApp.launch_instance(kernel_class=Calculator)


if __name__ == "__main__":
    main()
