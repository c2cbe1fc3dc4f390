"""The kernels of the Jupyter server, as its kernel manager has them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from .requests import RunRefusal


class KernelSource(Protocol):
    """Jupyter's kernels. Methods that need a kernel raise ``RunRefusal`` without it."""

    def info(self, kernel_id: str) -> Mapping[str, object]:
        """Return how to connect to a kernel."""

    def name(self, kernel_id: str) -> str:
        """Return the name of the kernel's specification, for people."""

    def specs(self) -> dict[str, str]:
        """Return the names for people of all specifications, by their names."""

    async def start(self, spec: str) -> str:
        """Start a kernel and return its id."""

    async def shut_down(self, kernel_id: str) -> None:
        """Shut a kernel down, if it runs."""

    async def interrupt(self, kernel_id: str) -> None:
        """Interrupt a kernel."""

    def on_end(self, kernel_id: str, ended: Callable[[], None]) -> None:
        """Call ``ended`` when the manager restarts a kernel, or finds it dead."""


class JupyterKernels:
    """The kernels of a ``MappingKernelManager`` and a ``KernelSpecManager``."""

    def __init__(self, manager: Any, specs: Any) -> None:
        self._manager = manager
        self._specs = specs

    def _kernel(self, kernel_id: str) -> Any:
        if kernel_id not in self._manager:
            raise RunRefusal("gone", "There is no such kernel on this server.")
        return self._manager.get_kernel(kernel_id)

    def info(self, kernel_id: str) -> Mapping[str, object]:
        """See ``KernelSource.info``."""
        kernel = self._kernel(kernel_id)
        if not hasattr(kernel, "get_connection_info") or hasattr(kernel, "kernel_url"):
            raise RunRefusal(
                "no_kernel",
                "The kernel runs behind a gateway, which this version cannot use.",
            )
        found: Mapping[str, object] = kernel.get_connection_info()
        return found

    def name(self, kernel_id: str) -> str:
        """See ``KernelSource.name``."""
        name = str(self._kernel(kernel_id).kernel_name)
        return self.specs().get(name, name)

    def specs(self) -> dict[str, str]:
        """See ``KernelSource.specs``."""
        found: dict[str, str] = {}
        for name in self._specs.find_kernel_specs():
            try:
                found[name] = str(self._specs.get_kernel_spec(name).display_name)
            except Exception:  # One that cannot be read must not hide the others.
                continue
        return found

    async def start(self, spec: str) -> str:
        """See ``KernelSource.start``."""
        if spec not in self._specs.find_kernel_specs():
            raise RunRefusal("gone", "There is no such kind of kernel here.")
        return str(await self._manager.start_kernel(kernel_name=spec))

    async def shut_down(self, kernel_id: str) -> None:
        """See ``KernelSource.shut_down``."""
        if kernel_id in self._manager:
            await self._manager.shutdown_kernel(kernel_id)

    async def interrupt(self, kernel_id: str) -> None:
        """See ``KernelSource.interrupt``."""
        done = self._kernel(kernel_id).interrupt_kernel()
        if isinstance(done, Awaitable):
            await done

    def on_end(self, kernel_id: str, ended: Callable[[], None]) -> None:
        """See ``KernelSource.on_end``."""
        if kernel_id not in self._manager:
            return
        for event in ("restart", "dead"):
            self._manager.add_restart_callback(kernel_id, ended, event)
