"""The commands of screening: kram screen, kram screen-report, kram synthesize."""

from datetime import datetime
from pathlib import Path

import click

from kram.errors import KramError
from kram.loading import load_knowledge, load_model
from kram.surfaces.terminal.options import lang_option
from kram.surfaces.terminal.screen_page import progress, summary_page
from kram.texts import catalogue

_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


def screen_commands(lang: str) -> list[click.Command]:
    """`lang`: of the help, and of the answers unless another is chosen."""
    words = catalogue(lang)
    spoken = lang_option(lang)

    @click.command("screen", help=words.say("cli_screen"))
    @click.argument("source", type=_PATH)
    @click.option("-o", "--output", type=_PATH, required=True, help=words.say("cli_screen_out"))
    @click.option("--as-of", type=_DAY, help=words.say("cli_screen_as_of"))
    @click.option("--all", "everybody", is_flag=True, help=words.say("cli_screen_all"))
    @click.option("--intervals", is_flag=True, help=words.say("cli_screen_intervals"))
    @click.option("--key", type=_PATH, help=words.say("cli_screen_key"))
    @click.option("--identifiers", is_flag=True, help=words.say("cli_screen_identifiers"))
    @click.option("--workers", type=click.IntRange(1, 512), help=words.say("cli_screen_workers"))
    @click.option(
        "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", help=words.say("cli_screen_engine")
    )
    @click.option("--master", default="local[*]", help=words.say("cli_screen_master"))
    @spoken
    def screen(
        source: Path,
        output: Path,
        as_of: datetime | None,
        everybody: bool,
        intervals: bool,
        key: Path | None,
        identifiers: bool,
        workers: int | None,
        engine: str,
        master: str,
        lang: str,
    ) -> None:
        from kram.screening import running

        if output.exists():
            raise KramError("screen_exists", file=str(output))
        if not output.absolute().parent.is_dir():
            raise KramError("screen_folder_missing", folder=str(output.absolute().parent))
        key_file = None if identifiers else key or output.with_name(output.name + ".key")
        on = as_of.date() if as_of else None
        options = running.Options(on, everybody, intervals, key_file, workers or 0)
        knowledge = load_knowledge()
        if engine == "spark":
            from kram.screening import spark_running

            summary = spark_running.screen(source, output, options, knowledge, master)
        else:
            summary = running.screen(source, output, options, knowledge, progress(lang))
        click.echo(summary_page(summary, str(output), str(running.side_file(output)), lang))

    @click.command("screen-report", help=words.say("cli_screen_report"))
    @click.argument("results", type=_PATH)
    @click.option("-o", "--output", type=_PATH, help=words.say("cli_screen_report_out"))
    @click.option("--small-cells", is_flag=True, help=words.say("cli_screen_report_cells"))
    @spoken
    def report(results: Path, output: Path | None, small_cells: bool, lang: str) -> None:
        from kram.screening.counting import counted
        from kram.screening.private_files import write_private
        from kram.surfaces.terminal.screen_report import screen_report

        knowledge = load_knowledge()
        target = output or results.with_suffix(".html")
        found = counted(results, knowledge, 0 if small_cells else knowledge.screening.report.small_cell)
        write_private(target, screen_report(found, knowledge, lang).encode())
        click.echo(str(target))

    @click.command("synthesize", help=words.say("cli_synthesize"))
    @click.option("-n", "count", type=click.IntRange(1), required=True, help=words.say("cli_synthesize_n"))
    @click.option(
        "--format",
        "form",
        type=click.Choice(["fhir", "omop", "cases"]),
        default="fhir",
        help=words.say("cli_synthesize_format"),
    )
    @click.option("--seed", type=click.IntRange(0), default=0, help=words.say("cli_synthesize_seed"))
    @click.option("-o", "--output", type=_PATH, required=True, help=words.say("cli_synthesize_out"))
    @click.option("--gzip", "packed", is_flag=True, help=words.say("cli_synthesize_packed"))
    @spoken
    def synthesize(count: int, form: str, seed: int, output: Path, packed: bool, lang: str) -> None:
        from kram.screening.synthesis.population import Population
        from kram.screening.synthesis.writing_fhir import FhirWriter
        from kram.screening.synthesis.writing_tables import OmopWriter, write_cases

        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            raise KramError("screen_synthesis_not_empty", folder=str(output))
        output.mkdir(parents=True, exist_ok=True)
        model = load_model()
        knowledge = model.compiled.knowledge
        people = Population(model).people(count, seed)
        if form == "fhir":
            written = FhirWriter(knowledge).write(people, output, packed)
        elif form == "omop":
            written = OmopWriter(knowledge).write(people, output)
        else:
            written = write_cases(people, output, knowledge)
        click.echo(catalogue(lang).say("screen_written", count=written, folder=str(output)))

    return [screen, report, synthesize]
