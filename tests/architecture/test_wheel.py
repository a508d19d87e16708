"""What is shipped holds every file that the product reads, and nothing of the tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.architecture import house

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.e2e
def test_a_wheel_holds_every_file_of_the_five_packages(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for room in house.ROOMS:
        shutil.copytree(
            house.ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(house.ROOT / name, tree / name)

    wanted = {
        path.relative_to(tree).as_posix()
        for room in house.ROOMS
        for path in (tree / room).rglob("*")
        if path.is_file()
    }
    options = "-m pip wheel --quiet --no-deps --no-build-isolation --no-index"
    subprocess.run(
        [
            sys.executable,
            *options.split(),
            "--disable-pip-version-check",
            "--wheel-dir",
            str(tmp_path),
            str(tree),
        ],
        check=True,
        capture_output=True,
    )

    (wheel,) = tmp_path.glob("fieldapp-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        shipped = {name for name in opened.namelist() if ".dist-info/" not in name}
        scripts = next(name for name in opened.namelist() if name.endswith("entry_points.txt"))
        programs = opened.read(scripts).decode()
    assert shipped == wanted
    assert "fieldapp = fieldapp.__main__:main" in programs
    assert "fieldapp-server = server.__main__:main" in programs
