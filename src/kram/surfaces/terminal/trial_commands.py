"""The commands of trials of one: kram trial plan, unplan, show, answer."""

import secrets
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from kram.errors import DiaryError
from kram.loading import load_assessor, load_knowledge
from kram.surfaces.terminal.diary_commands import DAY, diary_file, keeper_of, write_new
from kram.surfaces.terminal.options import json_option, lang_option
from kram.texts import Catalogue, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kram.assessment.answers import Answers, Response
    from kram.assessment.assessing import Assessor
    from kram.diary.planning import Offer

_PATH = click.Path(path_type=Path)


def trial_commands(lang: str) -> list[click.Command]:
    """`lang`: of the help, and of the answers unless another is chosen."""
    words = catalogue(lang)
    spoken = lang_option(lang)
    filed = diary_file(lang)

    @click.group("trial", help=words.say("cli_trial"))
    def trial() -> None:
        pass

    @trial.command("plan", help=words.say("cli_trial_plan"))
    @click.option("--try", "care", help=words.say("cli_trial_try"))
    @click.option("--case", help=words.say("cli_trial_case"))
    @click.option("--weeks", type=click.IntRange(1, 104), default=8, help=words.say("cli_trial_weeks"))
    @click.option("--start", type=DAY, help=words.say("cli_trial_start"))
    @click.option("--seed", type=click.IntRange(0, 2**53), help=words.say("cli_trial_seed"))
    @click.option("--ics", type=_PATH, help=words.say("cli_trial_ics"))
    @click.option("--none-apply", is_flag=True, help=words.say("cli_trial_none_apply"))
    @click.option("--doctor-agreed", is_flag=True, help=words.say("cli_trial_doctor"))
    @filed
    @spoken
    def plan(
        care: str | None,
        case: str | None,
        weeks: int,
        start: datetime | None,
        seed: int | None,
        ics: Path | None,
        none_apply: bool,
        doctor_agreed: bool,
        file: Path | None,
        lang: str,
    ) -> None:
        from kram.diary.planning import make_plan, offer, offers, standing_of
        from kram.diary.reminding import reminders
        from kram.surfaces.terminal.diary_page import offers_page, plan_page

        knowledge = load_knowledge()
        standing = None
        if case is not None:
            assessor, answers = _case(case)
            standing = standing_of(assessor, answers)
        if care is None:
            click.echo(offers_page(offers(knowledge, standing, lang), lang))
            return
        offered = offer(knowledge, standing, care, lang)
        settled = none_apply or _settled(offered, catalogue(lang))
        laid_out = make_plan(
            knowledge, offered, start.date() if start else date.today(), weeks,
            secrets.randbelow(2**31) if seed is None else seed, settled=settled, doctor_agreed=doctor_agreed,
        )  # fmt: skip
        if ics is not None:
            write_new(ics, reminders(laid_out, knowledge, lang))
        keeper_of(file).plan(laid_out)
        click.echo(plan_page(laid_out, knowledge, lang))
        if ics is not None:
            click.echo(catalogue(lang).say("plan_ics", file=str(ics)))

    @trial.command("unplan", help=words.say("cli_trial_unplan"))
    @click.argument("care")
    @click.option("--start", type=DAY, help=words.say("cli_trial_unplan_start"))
    @filed
    @spoken
    def unplan(care: str, start: datetime | None, file: Path | None, lang: str) -> None:
        from kram.diary.effects import name_of

        keeper = keeper_of(file)
        starts = [one.start for one in keeper.read().plans if one.care == care]
        if start is None and len(starts) > 1:
            raise DiaryError("trial_plan_which", care=care, starts=", ".join(map(str, starts)))
        day = start.date() if start else starts[0] if starts else None
        before = None if day is None else keeper.unplan(care, day)
        if before is None:
            raise DiaryError("trial_plan_none", care=care, start=day or "-")
        weeks = sum(period.nights for period in before.periods) // 7
        back = f"kram trial plan --try {care} --start {before.start} --weeks {weeks} --seed {before.seed}"
        back += f" --diary {file}" if file else ""
        values = {"start": before.start, "weeks": weeks, "command": back}
        click.echo(catalogue(lang).say("trial_unplanned", care=name_of(load_knowledge(), care, lang), **values))

    @trial.command("show", help=words.say("cli_trial_show"))
    @filed
    @spoken
    def show(file: Path | None, lang: str) -> None:
        from kram.surfaces.terminal.diary_page import plan_page

        plans = keeper_of(file).read().plans
        if not plans:
            raise DiaryError("trial_nothing_tried")
        knowledge = load_knowledge()
        click.echo("\n\n".join(plan_page(one, knowledge, lang) for one in plans if one.care in knowledge.care))

    @trial.command("answer", help=words.say("cli_trial_answer"))
    @click.option("--try", "care", help=words.say("cli_trial_which"))
    @click.option("--case", help=words.say("cli_trial_answer_case"))
    @click.option("-o", "--output", type=_PATH, help=words.say("cli_trial_output"))
    @json_option(lang)
    @filed
    @spoken
    def answer(
        care: str | None, case: str | None, output: Path | None, as_json: bool, file: Path | None, lang: str
    ) -> None:
        from kram.diary.analysing import analyse
        from kram.diary.feeding import of_answers, tried
        from kram.surfaces.terminal.diary_page import answer_page
        from kram.surfaces.terminal.feeding_page import moved_page

        if output is not None and case is None:
            raise DiaryError("trial_output_alone")
        diary = keeper_of(file).read()
        knowledge = load_knowledge()
        cares = [care] if care else tried(diary)
        if not cares:
            raise DiaryError("trial_nothing_tried")
        found = [analyse(diary, each, knowledge) for each in cares]
        if as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        else:
            click.echo("\n\n".join(answer_page(one, knowledge, lang) for one in found))
        if case is None:
            return
        fed = of_answers(found, knowledge)
        if not as_json:
            click.echo("\n" + moved_page(*_case(case), fed, lang))
        if output is not None:
            write_new(output, _with_responses(case, fed.used).encode())
            click.echo(catalogue(lang).say("trial_case_written", file=str(output)), err=as_json)

    return [trial]


def _case(case: str) -> "tuple[Assessor, Answers]":
    from kram.assessment.case_reading import parse_case, read_case
    from kram.surfaces.terminal.case_files import read_text

    assessor = load_assessor()
    return assessor, read_case(parse_case(read_text(case), case), assessor.lookup, case)


def _with_responses(case: str, responses: "Iterable[Response]") -> str:
    """The case as it was read, with what the diary showed in place of what it showed before."""
    from kram import plain_yaml
    from kram.assessment.case_reading import parse_case
    from kram.assessment.responding import put_responses
    from kram.surfaces.terminal.case_files import read_text

    return plain_yaml.dump(put_responses(parse_case(read_text(case), case), responses))


def _settled(offered: "Offer", words: Catalogue) -> bool:
    """Ask what is not known, where there is somebody to ask. The first yes ends it, with its reason."""
    if not offered.doubts or offered.against or not sys.stdin.isatty():
        return False
    yes, no = words.words("words_answer_yes"), words.words("words_answer_no")
    for doubt in offered.doubts:
        known = click.Choice([*yes, *no], case_sensitive=False)
        said = click.prompt(f"{doubt.question} ({yes[0]}/{no[0]})", type=known, show_choices=False)
        if said in yes:
            raise DiaryError("trial_not_for_you", care=offered.name, reason=doubt.reason)
    return True
