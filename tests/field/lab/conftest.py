"""The real servers and the browser, see ``tests/browsing.py``; and two kernels."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import jp_asyncio_loop, jp_server_cleanup
from tests.jupyter import Server
from tests.oldkernel import install_ipykernel_6

__all__ = ["jp_asyncio_loop", "jp_server_cleanup"]


@pytest.fixture(scope="session")
def ipykernel_6(lab: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A kernel of the server that takes comm messages between cells only."""
    folder = tmp_path_factory.mktemp("ipykernel-6")
    install_ipykernel_6(folder)
    lab.add_kernel("ipykernel-6", folder)
    return "ipykernel-6"


@pytest.fixture(params=["python3", "ipykernel_6"])
def kernel(request: pytest.FixtureRequest) -> str:
    """The kernel of the test environment, and an old one."""
    if request.param == "python3":
        return "python3"
    name: str = request.getfixturevalue(request.param)
    return name


@pytest.fixture(scope="session")
def unreachable(lab: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A kernel that reaches no server, so that the page reports."""
    lab.add_kernel(
        "unreachable",
        tmp_path_factory.mktemp("unreachable"),
        PAIREDIT_SERVER="http://127.0.0.1:9/",
        PAIREDIT_TOKEN="none",
    )
    return "unreachable"
