"""A real language model, small enough for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .llama import model_file, serving, with_fim_tokens


@pytest.fixture(scope="session")
def smollm() -> Iterator[str]:
    """The address of a server of SmolLM2."""
    with serving(model_file()) as address:
        yield address


@pytest.fixture(scope="session")
def smollm_with_tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the copy that accepts ``/infill``."""
    copy = tmp_path_factory.mktemp("model") / "copy.gguf"
    copy.write_bytes(with_fim_tokens(model_file().read_bytes()))
    with serving(copy) as address:
        yield address
    copy.unlink()
