"""The layers hold, and a headless command never pays for the screens."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=CHECKOUT,
        timeout=120,
        check=False,
    )


def packages_imported_by(*command: str, exit_codes: set[int]) -> set[str]:
    """The top-level packages that `sandbox COMMAND` asks for in a process of its own."""
    done = run("-X", "importtime", "-m", "sandbox", *command)
    assert done.returncode in exit_codes, done.stdout + done.stderr[-2000:]
    # A line of the log: "import time:   self [us] |  cumulative | indented.module.name"
    modules = (
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    )
    packages = {module.partition(".")[0] for module in modules}
    assert "sandbox" in packages, "the log of imports was not understood"
    return packages


def test_the_layers_hold() -> None:
    done = run(
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_simulate_does_not_load_the_screens(tmp_path: Path) -> None:
    exported = run("-m", "sandbox", "export", "pizza-shop", "--design", "start")
    assert exported.returncode == 0, exported.stderr
    design = tmp_path / "start.yaml"
    design.write_text(exported.stdout, encoding="utf-8")

    packages = packages_imported_by(
        "simulate", "pizza-shop", str(design), "--seed", "7", "--json", exit_codes={0, 1}
    )

    assert "simpy" in packages
    assert "textual" not in packages


def test_help_is_light() -> None:
    packages = packages_imported_by("--help", exit_codes={0})

    assert packages.isdisjoint({"textual", "pydantic", "simpy"})
