"""The terminal door: every command, its options and its help, in the user's language."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import msgspec

from kram import __version__
from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.bearing import bearers
from kram.assessment.case_reading import parse_case, read_case
from kram.errors import KramError
from kram.evaluation import casebook, literature
from kram.evaluation.casebook import SHIPPED
from kram.evaluation.model_card import model_card
from kram.inference.exact import engine_in_use
from kram.knowledge.entries import Medicine
from kram.knowledge.figures import entry_figures, figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.lookup import Lookup
from kram.knowledge.reading import DATA
from kram.loading import ENGINES, load_assessor, load_knowledge, load_model
from kram.loading import check as check_folder
from kram.serving import LOOPBACK, PORT
from kram.serving import serve as serve_pages
from kram.surfaces.terminal.assessment_page import assessment_page
from kram.surfaces.terminal.case_files import cases_in, read_text
from kram.surfaces.terminal.diary_commands import diary_commands
from kram.surfaces.terminal.evaluation_page import cases_page, literature_page
from kram.surfaces.terminal.interview import Interview
from kram.surfaces.terminal.literature_chart import literature_chart
from kram.surfaces.terminal.record_page import fhir_resources, record_page
from kram.surfaces.terminal.screen_commands import screen_commands
from kram.surfaces.terminal.shelves import bearers_page, cause_list, entry_list, entry_page, find_entries, source_list
from kram.surfaces.terminal.trial_commands import trial_commands
from kram.texts import FIRST, catalogue, languages


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
    """Every error a person can meet leaves as one sentence and exit code 2."""

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
            known = ", ".join(sorted(group.commands if isinstance(group, click.Group) else main.commands))
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


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--lang", type=click.Choice(languages()), default=LANG, help=HELP.say("cli_lang"))(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help=HELP.say("cli_json"))(command)


def emit_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode())


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
@lang_option
@json_option
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
@lang_option
@json_option
@click.option("--clinic", is_flag=True, help=HELP.say("cli_ask_clinic"))
def ask(lang: str, as_json: bool, clinic: bool) -> None:
    assessor = load_assessor()
    interview = Interview(assessor, lang, clinic)
    answers = interview.run()
    if answers is not None:
        show_assessment(assessor, answers, lang, as_json)
        interview.save()


def shelf_command(name: str, shelf: str, show: Callable[[Any, str], str] = entry_list) -> None:
    @main.command(name, help=HELP.say(f"cli_{name}"))
    @lang_option
    @json_option
    def listing(lang: str, as_json: bool) -> None:
        entries = load_knowledge().shelves()[shelf]
        if as_json:
            emit_json(list(entries.values()))
        else:
            click.echo(show(entries, lang))


shelf_command("causes", "causes", cause_list)
shelf_command("drafts", "drafts", cause_list)
shelf_command("questions", "findings")


@main.command(help=HELP.say("cli_medicines"))
@click.argument("name", required=False)
@lang_option
@json_option
def medicines(name: str | None, lang: str, as_json: bool) -> None:
    knowledge = load_knowledge()
    entries: dict[str, Medicine] = knowledge.medicines
    if name is not None:
        entries = {id: entries[id] for id in Lookup(knowledge).medicines.search(name, 10)}
    if as_json:
        emit_json(list(entries.values()))
    else:
        click.echo(entry_list(entries, lang))


@main.command(help=HELP.say("cli_sources"))
@click.option("--check", is_flag=True, help=HELP.say("cli_sources_check"))
@lang_option
@json_option
def sources(check: bool, lang: str, as_json: bool) -> None:
    knowledge = load_knowledge()
    if as_json:
        emit_json(list(knowledge.sources.values()))
    elif check:
        click.echo(source_list(knowledge, lang))
    else:
        click.echo(entry_list(dict(knowledge.sources), lang))


@main.command(help=HELP.say("cli_show"))
@click.argument("id")
@lang_option
@json_option
def show(id: str, lang: str, as_json: bool) -> None:
    knowledge = load_knowledge()
    entries = find_entries(knowledge, Lookup(knowledge), id)
    if as_json:
        emit_json(
            [{"entry": e, "figures": [{"path": f.path, "number": f.number} for f in entry_figures(e)]} for e in entries]
        )
    else:
        click.echo("\n\n".join(entry_page(knowledge, entry, lang) for entry in entries))


@main.command(help=HELP.say("cli_check"))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@lang_option
def check(folder: Path | None, lang: str) -> None:
    folder = folder or DATA
    if not folder.is_dir():
        raise KramError("folder_not_found", folder=str(folder))
    faults = check_folder(folder)
    for fault in faults:
        click.echo(fault.sentence(lang))
    words = catalogue(lang)
    if faults:
        click.echo(words.say("check_faults", count=len(faults)))
        sys.exit(1)
    knowledge = load_knowledge(folder)
    counts = {name: len(shelf) for name, shelf in knowledge.shelves().items()}
    click.echo(words.say("check_fine", **counts))
    click.echo(words.say("check_numbers", **kinds(knowledge)))


def kinds(knowledge: Knowledge) -> dict[str, int]:
    """How many numbers are published, derived, judgements."""
    counts = {"published": 0, "derived": 0, "judgement": 0}
    for figure in figures(knowledge):
        counts[figure.number.kind] += 1
    return counts


@main.command("bearers", help=HELP.say("cli_bearers"))
@lang_option
@json_option
def plain_bearers(lang: str, as_json: bool) -> None:
    rows = bearers(load_assessor(), lang)
    if as_json:
        emit_json(rows)
    else:
        click.echo(bearers_page(rows, lang))


@main.command(help=HELP.say("cli_serve"))
@click.option("--host", default=LOOPBACK, show_default=True, help=HELP.say("cli_serve_host"))
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help=HELP.say("cli_serve_port"))
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help=HELP.say("cli_serve_workers"))
@click.option("--country", default="", help=HELP.say("cli_serve_country"))
@click.option("--diary", type=click.Path(path_type=Path, dir_okay=False), help=HELP.say("cli_serve_diary"))
@click.option("--diary-beyond", "beyond", is_flag=True, help=HELP.say("cli_serve_diary_beyond"))
@lang_option
def serve(host: str, port: int, workers: int, country: str, lang: str, diary: Path | None, beyond: bool) -> None:
    serve_pages(host, port, workers, country, lang, diary, beyond)


@main.command("literature", help=HELP.say("cli_literature"))
@lang_option
@json_option
@click.option("--html", "as_html", is_flag=True, help=HELP.say("cli_literature_html"))
def literature_command(lang: str, as_json: bool, as_html: bool) -> None:
    report = literature.compare(load_model(), lang)
    if as_json:
        emit_json(report.comparisons)
    elif as_html:
        click.echo(literature_chart(report, lang))
    else:
        click.echo(literature_page(report, lang))


@main.command("cases", help=HELP.say("cli_cases"))
@click.argument("folder", required=False, type=click.Path(path_type=Path), default=SHIPPED)
@lang_option
@json_option
def cases_command(folder: Path, lang: str, as_json: bool) -> None:
    assessor = load_assessor()
    scored = casebook.score_all(assessor, cases_in(folder), lang)
    summaries = casebook.summaries(scored)
    if as_json:
        emit_json({"summaries": summaries, "cases": scored})
    else:
        click.echo(cases_page(summaries, scored, assessor.knowledge, lang))


@main.command("model-card", help=HELP.say("cli_model_card"))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help=HELP.say("cli_output"))
def model_card_command(output: Path | None) -> None:
    assessor = load_assessor()
    report = literature.compare(assessor.model, "en")
    scored = casebook.score_all(assessor, cases_in(SHIPPED), "en")
    text = model_card(assessor.knowledge, report, scored)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", "utf-8")


for command in (*screen_commands(LANG), diary_commands(LANG), trial_commands(LANG)):
    main.add_command(command)


if __name__ == "__main__":
    main()
