"""A Python kernel that records the code that it is given.

``python -m tests.running.probe -f FILE``; ``RECORD`` names the file of the record.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORD = "PAIREDIT_PROBE_RECORD"
"""The variable with the path of the record."""


@dataclass(frozen=True)
class Executed:
    """One ``execute_request``."""

    code: str
    digest: str
    """SHA-256 of the code as the kernel got it, in hexadecimal digits."""
    process: int


def executed(record: Path) -> list[Executed]:
    """Return what the kernels of a record were given, in order."""
    lines = record.read_text("utf-8").splitlines() if record.exists() else []
    return [Executed(**json.loads(line)) for line in lines]


def add(record: Path, code: str) -> str:
    """Add what this process was given, and wait for the disk. Return the digest."""
    digest = hashlib.sha256(code.encode()).hexdigest()
    line = json.dumps({"code": code, "digest": digest, "process": os.getpid()})
    with record.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return digest


def main() -> None:
    """Start the kernel."""
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    class ProbeKernel(IPythonKernel):
        async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
            add(Path(os.environ[RECORD]), parent["content"]["code"])
            await super().execute_request(  # type: ignore[no-untyped-call]
                stream, ident, parent
            )

    IPKernelApp.launch_instance(kernel_class=ProbeKernel)


if __name__ == "__main__":
    main()
