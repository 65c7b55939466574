"""An installed wheel plays from any folder, with no checkout near."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

Command = Callable[..., subprocess.CompletedProcess[str]]


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=os.environ | variables,
        timeout=180,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # The backend itself, and not a front end around it, which would go to a registry for it.
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    built = run([*build, "--directory", str(folder)], CHECKOUT)
    assert built.returncode == 0, built.stdout + built.stderr
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    done = run([*pip, "--target", str(target), str(wheel)], target)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def python(installed: Path, tmp_path: Path) -> Command:
    """Runs Python, in a folder of its own, with the installed wheel and not the checkout."""
    path = os.pathsep.join([str(installed), sysconfig.get_path("purelib")])
    players_home = {
        name: str(tmp_path / "home")
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    }

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        # Without `-S`, site-packages would add the checkout of an editable install.
        return run([sys.executable, "-S", *arguments], tmp_path, PYTHONPATH=path, **players_home)

    return command


@pytest.fixture
def sandbox(installed: Path, python: Command) -> Command:
    script = str(installed / "bin" / "sandbox")
    return lambda *arguments: python(script, *arguments)


def documents(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.mark.parametrize("name", ["levels", "assets"])
def test_documents_are_packed(wheel: Path, name: str) -> None:
    prefix = f"sandbox/_data/{name}/"
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    packed = {entry.removeprefix(prefix) for entry in names if entry.startswith(prefix)}

    assert packed
    assert packed == documents(CHECKOUT / name)


def test_only_the_game_is_packed(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"sandbox"}


def test_the_packed_documents_are_found(installed: Path, python: Command) -> None:
    done = python(
        "-c",
        "from sandbox.documents.places import assets_folder, levels_folder\n"
        "print(levels_folder(), assets_folder(), sep='\\n')",
    )

    data = installed / "sandbox" / "_data"
    assert done.stdout.splitlines() == [str(data / "levels"), str(data / "assets")], done.stderr


def test_levels_are_listed(sandbox: Command) -> None:
    listed = sandbox("levels", "--plain")

    assert listed.returncode == 0, listed.stderr
    assert "pizza-shop" in listed.stdout
    assert "\x1b" not in listed.stdout


def test_the_starting_design_runs_and_loses(sandbox: Command, tmp_path: Path) -> None:
    exported = sandbox("export", "pizza-shop", "--design", "start")
    assert exported.returncode == 0, exported.stderr
    (tmp_path / "start.yaml").write_text(exported.stdout, encoding="utf-8")

    simulated = sandbox("simulate", "pizza-shop", "start.yaml", "--seed", "7", "--json")

    assert simulated.returncode == 1, simulated.stderr
    assert json.loads(simulated.stdout)
