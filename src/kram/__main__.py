"""The terminal door: every command, its options and its help, in the user's language."""

import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from kram import __version__
from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import parse_case, read_case
from kram.errors import KramError
from kram.inference.exact import engine_in_use
from kram.loading import ENGINES, load_assessor
from kram.serving import LOOPBACK, PORT
from kram.serving import serve as serve_pages
from kram.surfaces.terminal.assessment_page import assessment_page
from kram.surfaces.terminal.case_files import fhir_resources, read_text
from kram.surfaces.terminal.options import emit_json, json_option, lang_option
from kram.texts import FIRST, catalogue, languages

# where the other commands are made, each room by the function of its own name; few starts need them
ROOMS = {
    "knowledge_commands": ("causes", "drafts", "questions", "medicines", "sources", "show", "check", "bearers"),
    "evaluation_commands": ("literature", "cases", "sensitivity", "model-card"),
    "screen_commands": ("screen", "screen-report", "synthesize"),
    "diary_commands": ("diary",),
    "trial_commands": ("trial",),
}


def preferred_language(arguments: list[str], environment: dict[str, str]) -> str:
    """--lang if it is given, else the locale, else Indonesian."""
    for option, value in pairwise([*arguments, ""]):
        given = option.removeprefix("--lang=") if option.startswith("--lang=") else value if option == "--lang" else ""
        if given in languages():
            return given
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = environment.get(variable, "").split("_")[0].split(".")[0].lower()
        if code in languages():
            return code
    return FIRST


LANG = preferred_language(sys.argv[1:], dict(os.environ))
HELP = catalogue(LANG)


class Door(click.Group):
    """Every error a person can meet leaves as one sentence and exit code 2. A room is entered when one of its commands
    is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (as click asks)
        return sorted({*self.commands, *(name for names in ROOMS.values() for name in names)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for room, names in ROOMS.items():
            if cmd_name in names and cmd_name not in self.commands:
                for command in getattr(import_module(f"kram.surfaces.terminal.{room}"), room)(LANG):
                    self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **{**kwargs, "prog_name": "kram", "standalone_mode": False})
        except KramError as fault:
            click.echo(fault.sentence(LANG), err=True)
            sys.exit(fault.exit_code)
        except click.exceptions.NoArgsIsHelpError as bare:
            click.echo(bare.format_message())
            sys.exit(0)
        except click.UsageError as fault:
            click.echo(usage_sentence(fault), err=True)
            sys.exit(2)
        except click.exceptions.Exit as leaving:
            sys.exit(leaving.exit_code)
        except click.Abort:
            sys.exit(130)
        except BrokenPipeError:  # the reader of our output has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)


def usage_sentence(fault: click.UsageError) -> str:
    command = fault.ctx.command_path if fault.ctx else "kram"
    match fault:
        case click.exceptions.NoSuchCommand():
            group = fault.ctx.command if fault.ctx else main
            known = ", ".join((group if isinstance(group, click.Group) else main).list_commands(click.Context(main)))
            return HELP.say("usage_command", given=fault.command_name, known=known)
        case click.NoSuchOption():
            return HELP.say("usage_option", option=fault.option_name, command=command)
        case click.MissingParameter():
            name = fault.param.human_readable_name if fault.param else ""
            return HELP.say("usage_missing", name=name, command=command)
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=known)) as wrong):
            name = wrong.human_readable_name
            return HELP.say("usage_value", name=name, known=", ".join(map(str, known)), command=command)
        case click.BadParameter(param=click.Parameter(type=click.IntRange(min=low, max=high)) as wrong):
            wanted = f"{low} - {high}" if high is not None else f">= {low}"
            return HELP.say("usage_range", name=as_written(wrong), wanted=wanted, command=command)
        case click.BadParameter(param=click.Parameter(type=click.DateTime()) as wrong):
            return HELP.say("usage_day", name=as_written(wrong), command=command)
    return HELP.say("usage_wrong", command=command, problem=fault.format_message())


def as_written(parameter: click.Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"kram {__version__} ({HELP.say(f'engine_{engine_in_use()}')})")
        context.exit()


@click.group(cls=Door, help=HELP.say("cli_about"))
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help=HELP.say("cli_version")
)
def main() -> None:
    pass


@main.command(help=HELP.say("cli_assess"))
@click.argument("case")
@lang_option(LANG)
@json_option(LANG)
@click.option("--engine", type=click.Choice(list(ENGINES)), default="exact", help=HELP.say("cli_assess_engine"))
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help=HELP.say("cli_assess_date"))
@click.option("--subject", help=HELP.say("cli_assess_subject"))
@click.option("--diary", type=click.Path(path_type=Path), help=HELP.say("cli_assess_diary"))
def assess(
    case: str,
    lang: str,
    as_json: bool,
    engine: str,
    on: datetime | None,
    subject: str | None,
    diary: Path | None,
) -> None:
    assessor = load_assessor(engine=engine)
    text = read_text(case)
    resources = fhir_resources(text)
    record = None
    if resources is not None:
        from kram.records.reading import RecordReader  # its units are slow to import, and few starts need them
        from kram.surfaces.terminal.record_page import record_page

        record = RecordReader(assessor.lookup).read(resources, (on or datetime.now(UTC)).date(), subject)
    answers = read_case(parse_case(text, case) if record is None else record.case, assessor.lookup, case)
    told = ""
    if diary is not None:
        answers, told = with_diary(assessor, answers, diary, lang)
    show_assessment(assessor, answers, lang, as_json)
    if told:
        click.echo(("" if as_json else "\n") + told, err=as_json)
    if record is not None and not as_json:
        click.echo("\n" + record_page(record, assessor.knowledge, lang))


def with_diary(assessor: Assessor, answers: Answers, file: Path, lang: str) -> tuple[Answers, str]:
    """The answers with what the diary showed, and one line that says what of it was used."""
    from kram.assessment.responding import responded
    from kram.diary.feeding import feed, tell_fed  # SciPy is slow to load, and few starts need it
    from kram.surfaces.terminal.feeding_page import diary_of

    fed = feed(diary_of(file), assessor.knowledge)
    return responded(answers, fed.used, assessor.knowledge), tell_fed(fed, assessor.knowledge, lang)


def show_assessment(assessor: Assessor, answers: Answers, lang: str, as_json: bool) -> None:
    assessment = assessor.assess(answers, lang)
    if as_json:
        emit_json(assessment)
    else:
        click.echo(assessment_page(assessment, assessor.knowledge))


@main.command(help=HELP.say("cli_ask"))
@lang_option(LANG)
@json_option(LANG)
@click.option("--clinic", is_flag=True, help=HELP.say("cli_ask_clinic"))
def ask(lang: str, as_json: bool, clinic: bool) -> None:
    from kram.surfaces.terminal.interview import Interview

    assessor = load_assessor()
    interview = Interview(assessor, lang, clinic)
    answers = interview.run()
    if answers is not None:
        show_assessment(assessor, answers, lang, as_json)
        interview.save()


@main.command(help=HELP.say("cli_serve"))
@click.option("--host", default=LOOPBACK, show_default=True, help=HELP.say("cli_serve_host"))
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help=HELP.say("cli_serve_port"))
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help=HELP.say("cli_serve_workers"))
@click.option("--country", default="", help=HELP.say("cli_serve_country"))
@click.option("--diary", type=click.Path(path_type=Path, dir_okay=False), help=HELP.say("cli_serve_diary"))
@click.option("--diary-beyond", "beyond", is_flag=True, help=HELP.say("cli_serve_diary_beyond"))
@lang_option(LANG)
def serve(host: str, port: int, workers: int, country: str, lang: str, diary: Path | None, beyond: bool) -> None:
    serve_pages(host, port, workers, country, lang, diary, beyond)


if __name__ == "__main__":
    main()
