"""Where a file lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_pairedit.stores.sqlite.filesystem import is_on_network

MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/ann/local xfs rw 0 0
server:/a /with\\040space cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/srv/rooms.db", False),
        ("/home/ann/rooms.db", True),
        ("/home/ann/local/rooms.db", False),
        ("/with space/rooms.db", True),
    ],
)
def test_the_nearest_mount_decides(path: str, network: bool, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)

    assert is_on_network(Path(path), mounts) is network


def test_where_there_is_no_list_of_mounts_the_answer_is_no(tmp_path: Path) -> None:
    assert is_on_network(Path("/srv"), tmp_path / "missing") is False
