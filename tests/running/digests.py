"""A kernel that executes nothing: it records the code, and answers with its digest.

``python -m tests.running.digests -f FILE``; ``RECORD`` of ``probe`` names the file of
the record. So code that is any characters can be run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .probe import RECORD, add


def main() -> None:
    """Start the kernel."""
    from ipykernel.kernelapp import IPKernelApp
    from ipykernel.kernelbase import Kernel

    class DigestKernel(Kernel):
        implementation = "digests"
        implementation_version = "1"
        language_info = {"name": "digests", "mimetype": "text/plain"}  # noqa: RUF012
        banner = "Records what it is given"

        async def do_execute(
            self, code: str, silent: bool, *others: Any, **more: Any
        ) -> dict[str, object]:
            text = f"given {add(Path(os.environ[RECORD]), code)}\n"
            send: Any = self.send_response
            send(self.iopub_socket, "stream", {"name": "stdout", "text": text})
            return {"status": "ok", "execution_count": 0, "payload": []}

    IPKernelApp.launch_instance(kernel_class=DigestKernel)


if __name__ == "__main__":
    main()
