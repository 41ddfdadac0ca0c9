"""The commands that tell how true the knowledge is: kram literature, cases, sensitivity, model-card."""

from pathlib import Path

import click

from kram.assessment.answers import Answers
from kram.assessment.case_reading import read_case
from kram.evaluation import casebook, literature
from kram.evaluation.casebook import SHIPPED
from kram.evaluation.model_card import model_card
from kram.evaluation.sensitivity import weights
from kram.knowledge.lookup import Lookup
from kram.loading import load_assessor, load_model
from kram.surfaces.terminal.case_files import cases_in
from kram.surfaces.terminal.evaluation_page import cases_page, literature_page, sensitivity_page
from kram.surfaces.terminal.literature_chart import literature_chart
from kram.surfaces.terminal.options import emit_json, json_option, lang_option
from kram.texts import catalogue


def evaluation_commands(lang: str) -> list[click.Command]:
    """`lang`: of the help, and of the answers unless another is chosen."""
    words = catalogue(lang)
    spoken, as_json_too = lang_option(lang), json_option(lang)

    @click.command("literature", help=words.say("cli_literature"))
    @spoken
    @as_json_too
    @click.option("--html", "as_html", is_flag=True, help=words.say("cli_literature_html"))
    def literature_command(lang: str, as_json: bool, as_html: bool) -> None:
        report = literature.compare(load_model(), lang)
        if as_json:
            emit_json(report.comparisons)
        elif as_html:
            click.echo(literature_chart(report, lang))
        else:
            click.echo(literature_page(report, lang))

    @click.command("cases", help=words.say("cli_cases"))
    @click.argument("folder", required=False, type=click.Path(path_type=Path), default=SHIPPED)
    @spoken
    @as_json_too
    def cases_command(folder: Path, lang: str, as_json: bool) -> None:
        assessor = load_assessor()
        scored = casebook.score_all(assessor, cases_in(folder), lang)
        summaries = casebook.summaries(scored)
        if as_json:
            emit_json({"summaries": summaries, "cases": scored})
        else:
            click.echo(cases_page(summaries, scored, assessor.knowledge, lang))

    @click.command("sensitivity", help=words.say("cli_sensitivity"))
    @click.argument("folder", required=False, type=click.Path(path_type=Path), default=SHIPPED)
    @click.option("--top", type=click.IntRange(1), default=30, show_default=True, help=words.say("cli_sensitivity_top"))
    @spoken
    @as_json_too
    def sensitivity_command(folder: Path, top: int, lang: str, as_json: bool) -> None:
        assessor = load_assessor()
        answers = _answers(folder, assessor.lookup)
        found = weights(assessor, answers)
        if as_json:
            emit_json(found)
        else:
            click.echo(sensitivity_page(found, top, len(answers), assessor.knowledge, lang))

    @click.command("model-card", help=words.say("cli_model_card"))
    @click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help=words.say("cli_output"))
    def model_card_command(output: Path | None) -> None:
        assessor = load_assessor()
        report = literature.compare(assessor.model, "en")
        scored = casebook.score_all(assessor, cases_in(SHIPPED), "en")
        heavy = weights(assessor, _answers(SHIPPED, assessor.lookup))
        text = model_card(assessor.knowledge, report, scored, heavy)
        if output is None:
            click.echo(text)
        else:
            output.write_text(text + "\n", "utf-8")

    return [literature_command, cases_command, sensitivity_command, model_card_command]


def _answers(folder: Path, lookup: Lookup) -> dict[str, Answers]:
    return {file: read_case(raw, lookup, file) for file, raw in cases_in(folder)}
