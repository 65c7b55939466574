"""The commands. Each face of the game is imported only when it is asked for.

Exit codes: 0 passed, 1 did not pass, 2 bad input, 70 a bug, 130 stopped with Ctrl+C, 141 the
reader of the output went away.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from sandbox import __version__

BUG = 70

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LEVEL = typer.Argument(metavar="LEVEL", help="A level's id, or its file.")
DESIGN_WORDS = "A design file, `-` for standard input, `start`, `naive` or `winner:NAME`."

LevelWord = Annotated[str, LEVEL]
MaybeLevel = Annotated[str | None, LEVEL]
DesignWord = Annotated[str, typer.Argument(metavar="DESIGN", help=DESIGN_WORDS)]
Seed = Annotated[int, typer.Option(min=0, help="The seed of the run.")]
MaybeSeed = Annotated[int | None, typer.Option(min=0, help="The seed of the runs.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Plain = Annotated[bool, typer.Option("--plain", help="Print readable text without escapes.")]
Ascii = Annotated[bool, typer.Option("--ascii", help="Draw with ASCII only.")]
NoColour = Annotated[bool, typer.Option("--no-colour", "--no-color", help="Draw without colour.")]
NoMotion = Annotated[bool, typer.Option("--no-motion", help="Draw without motion.")]


def main() -> None:
    """Run the command line; leaves through SystemExit."""
    try:
        app(prog_name="sandbox")
    except Exception as error:  # noqa: BLE001 - whatever it is, a player gets words
        raise SystemExit(_explain(error)) from None


def _explain(error: Exception) -> int:
    """Say on stderr what went wrong; the exit code that goes with it."""
    from sandbox.commands.output import complain
    from sandbox.documents.problems import DocumentError

    if isinstance(error, DocumentError):
        complain([str(problem) for problem in error.problems])
        return 2
    if os.environ.get("SANDBOX_DEBUG"):
        import traceback

        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    complain([f"This is a bug in the game, not in what you asked for: {what}"])
    complain(["Please report it with what SANDBOX_DEBUG=1 prints when you do the same again."])
    return BUG


def _leave(code: int) -> NoReturn:
    raise typer.Exit(code)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    ascii: Ascii = False,
    no_colour: NoColour = False,
    no_motion: NoMotion = False,
    plain: Plain = False,
) -> None:
    """A terminal game that teaches backend system design. Without a command: play."""
    if version:
        print(__version__)
        return
    if context.invoked_subcommand is None:
        play(None, None, ascii, no_colour, no_motion, plain)
    if ascii or no_colour or no_motion or plain:
        raise typer.BadParameter("with a command, its options come after it")


@app.command(epilog="Example: sandbox play pizza-shop --ascii")
def play(
    level: MaybeLevel = None,
    seed: MaybeSeed = None,
    ascii: Ascii = False,
    no_colour: NoColour = False,
    no_motion: NoMotion = False,
    plain: Plain = False,
    *,
    timed: Annotated[bool, typer.Option("--timed", help="Against the clock, for points.")] = False,
) -> None:
    """Play, from the map or at once on a level."""
    from sandbox.commands import play as command

    if timed and (plain or level is None):
        why = "is on the screen only" if plain else "needs a LEVEL"
        raise typer.BadParameter(f"--timed {why}")
    if plain:
        _leave(command.play_in_words(level))
    # What is not asked for is left to the player's preferences.
    _leave(
        command.play(
            level,
            seed,
            ascii=ascii or None,
            colour=False if no_colour else None,
            motion=False if no_motion else None,
            timed=timed,
        )
    )


@app.command(
    epilog="Exit code: 0 if the design passed (every seed), 1 if not, 2 if the input is bad. "
    "Example: sandbox simulate pizza-shop my-design.yaml --seed 7"
)
def simulate(  # noqa: PLR0913 - one parameter an option
    level: LevelWord,
    design: DesignWord,
    *,
    seed: Seed = 1,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Run so many seeds, from --seed on.")
    ] = None,
    json: Json = False,
    plain: Plain = False,
    stars: Annotated[bool, typer.Option("--stars", help="Run the held-out seeds too.")] = False,
    trace: Annotated[Path | None, typer.Option(help="Write the recording as JSON lines.")] = None,
) -> None:
    """Run a design on a level without the screens."""
    from sandbox.commands import simulate as command

    if seeds is None:
        _leave(
            command.simulate_once(
                level, design, seed, as_json=json, plain=plain, with_stars=stars, trace=trace
            )
        )
    if stars or trace is not None:
        raise typer.BadParameter("--stars and --trace are about one run, not about --seeds")
    many = range(seed, seed + seeds)
    _leave(command.simulate_many(level, design, many, as_json=json, plain=plain))


@app.command(
    epilog="Exit code: 2 if anything is wrong. Example: sandbox check level.yaml design.yaml"
)
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Levels and designs.")],
    plain: Plain = False,
) -> None:
    """Say what files are, or everything that is wrong with them."""
    from sandbox.commands import check as command

    _leave(command.check_files(files))


@app.command(
    epilog="Exit code: 1 if a claim does not hold. Example: sandbox prove pizza-shop --seeds 50"
)
def prove(
    levels: Annotated[
        list[str] | None, typer.Argument(metavar="LEVEL...", help="By default all levels.")
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(
            min=1, max=100_000, help="Seeds for each design [default: 200 to win, 5 to lose]."
        ),
    ] = None,
    losing: Annotated[
        int | None,
        typer.Option(min=1, max=1000, help="Seeds for what must lose [default: at most 5]."),
    ] = None,
    json: Json = False,
    plain: Plain = False,
) -> None:
    """Prove that levels teach what they say."""
    from sandbox.commands import prove as command

    _leave(command.prove_levels(levels or [], seeds, losing, as_json=json, plain=plain))


@app.command(epilog="Example: sandbox levels --plain")
def levels(json: Json = False, plain: Plain = False) -> None:
    """List the levels in the order they are played."""
    from sandbox.commands import lists as command

    _leave(command.list_levels(as_json=json, plain=plain))


@app.command(epilog="Example: sandbox kinds oven")
def kinds(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Tell all of one.")] = None,
    links: Annotated[
        bool, typer.Option("--links", help="What a link between each two of them means.")
    ] = False,
    json: Json = False,
    plain: Plain = False,
) -> None:
    """List the kinds of component, or tell all about one."""
    from sandbox.commands import lists as command

    _leave(command.list_kinds(name, links=links, as_json=json, plain=plain))


@app.command(epilog="Example: sandbox cards 4")
def cards(
    number: Annotated[
        int | None, typer.Argument(metavar="NUMBER", help="Print one card whole.")
    ] = None,
    json: Json = False,
    plain: Plain = False,
) -> None:
    """List the trade-off cards, or print one of them."""
    from sandbox.commands import lists as command

    _leave(command.list_cards(number, as_json=json, plain=plain))


@app.command(epilog="Example: sandbox history --json")
def history(json: Json = False, plain: Plain = False) -> None:
    """List your timed challenges: date, score, cost and time."""
    from sandbox.commands import history as command

    _leave(command.list_tries(as_json=json, plain=plain))


@app.command(epilog="Example: sandbox export pizza-shop --design start > my-design.yaml")
def export(
    level: Annotated[str | None, LEVEL] = None,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="After `--design winner`: which one.")
    ] = None,
    design: Annotated[str, typer.Option(help=DESIGN_WORDS)] = "start",
    form: Annotated[
        Literal["yaml", "mermaid"], typer.Option("--as", help="A file to edit, or a diagram.")
    ] = "yaml",
    schema: Annotated[
        Literal["level", "design", "catalogue", "card", "report"] | None,
        typer.Option(help="Print a JSON Schema instead."),
    ] = None,
    plain: Plain = False,
) -> None:
    """Print a design of a level, or the schema of a document."""
    from sandbox.commands import export as command

    if schema is not None:
        _leave(command.export_schema(schema))
    if level is None:
        raise typer.BadParameter("name a LEVEL, or a document with --schema")
    if (name is not None) != (design == "winner"):
        raise typer.BadParameter("a winner is named: --design winner NAME, or winner:NAME")
    _leave(command.export_design(level, f"{design}:{name}" if name else design, form))
