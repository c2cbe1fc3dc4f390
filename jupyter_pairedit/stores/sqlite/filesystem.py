"""Where a file lies: SQLite's write-ahead log needs shared memory, so a local disk."""

from __future__ import annotations

from pathlib import Path

_NETWORK = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "lustre",
        "gpfs",
        "beegfs",
        "glusterfs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "fuse.s3fs",
        "fuse.juicefs",
    ]
)


def is_on_network(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether ``path`` is on a network file system, as far as Linux tells.

    ``mounts`` lists a mount a line: device, folder, type (see ``man 5 fstab``). Where
    there is no such file, the answer is no.
    """
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return False
    place = path.resolve()
    best, kind = -1, ""
    for _, folder, type_, *_ in (line.split(" ") for line in lines if line):
        mounted = Path(folder.replace("\\040", " "))
        if place.is_relative_to(mounted) and len(mounted.parts) >= best:
            best, kind = len(mounted.parts), type_
    return kind in _NETWORK
