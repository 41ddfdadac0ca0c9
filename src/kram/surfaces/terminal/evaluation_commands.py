"""The commands that tell how true the knowledge is: kram literature, cases, model-card."""

from pathlib import Path

import click

from kram.evaluation import casebook, literature
from kram.evaluation.casebook import SHIPPED
from kram.evaluation.model_card import model_card
from kram.loading import load_assessor, load_model
from kram.surfaces.terminal.case_files import cases_in
from kram.surfaces.terminal.evaluation_page import cases_page, literature_page
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

    @click.command("model-card", help=words.say("cli_model_card"))
    @click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help=words.say("cli_output"))
    def model_card_command(output: Path | None) -> None:
        assessor = load_assessor()
        report = literature.compare(assessor.model, "en")
        scored = casebook.score_all(assessor, cases_in(SHIPPED), "en")
        text = model_card(assessor.knowledge, report, scored)
        if output is None:
            click.echo(text)
        else:
            output.write_text(text + "\n", "utf-8")

    return [literature_command, cases_command, model_card_command]
