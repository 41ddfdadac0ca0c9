"""The commands of the diary: kram diary add, remove, try, untry, show, export, import."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kram.errors import DiaryError
from kram.loading import load_knowledge
from kram.surfaces.terminal.options import lang_option
from kram.texts import catalogue

if TYPE_CHECKING:
    from kram.diary.keeping import Keeper

_PATH = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
_NOON = 12


def last_evening(now: datetime) -> date:
    """The night that a person means who names none: until noon the one that has just ended, then the one that comes."""
    return now.date() - timedelta(days=1) if now.hour < _NOON else now.date()


def diary_file(lang: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--diary", "file", type=_PATH, help=catalogue(lang).say("cli_diary_file"))


def keeper_of(file: Path | None) -> "Keeper":
    """The diary of this file, or of the usual place. What it needs is imported only now: few starts need it."""
    from kram.diary.keeping import Keeper, usual_place

    return Keeper(file or usual_place())


def diary_commands(lang: str) -> list[click.Command]:
    """`lang`: of the help, and of the answers unless another is chosen."""
    from kram.diary.nights import LEGS, LONGEST_NOTE, MOST_CRAMPS, MOST_MINUTES, TAGS, WORST

    words = catalogue(lang)
    spoken = lang_option(lang)
    filed = diary_file(lang)

    @click.group("diary", help=words.say("cli_diary"))
    def diary() -> None:
        pass

    @diary.command("add", help=words.say("cli_diary_add"))
    @click.argument("cramps", type=click.IntRange(0, MOST_CRAMPS))
    @click.option("--date", "day", type=DAY, help=words.say("cli_diary_date"))
    @click.option("--worst", type=click.IntRange(0, WORST), help=words.say("cli_diary_worst"))
    @click.option("--minutes", type=click.IntRange(0, MOST_MINUTES), help=words.say("cli_diary_minutes"))
    @click.option("--leg", type=click.Choice(LEGS), help=words.say("cli_diary_leg"))
    @click.option("--day", "tags", type=click.Choice(TAGS), multiple=True, help=words.say("cli_diary_day"))
    @click.option("--note", help=words.say("cli_diary_note"))
    @filed
    @spoken
    def add(
        cramps: int,
        day: datetime | None,
        worst: int | None,
        minutes: int | None,
        leg: Any,
        tags: Any,
        note: str | None,
        file: Path | None,
        lang: str,
    ) -> None:
        from kram.diary.nights import Night
        from kram.surfaces.terminal.diary_page import night_line

        words = catalogue(lang)
        evening = day.date() if day else last_evening(datetime.now())
        if evening > date.today() + timedelta(days=1):  # further west it may be a day earlier
            raise DiaryError("diary_in_future", date=evening)
        if note is not None and len(note) > LONGEST_NOTE:
            raise DiaryError("diary_note_long", most=LONGEST_NOTE)
        night = Night(
            date=evening,
            cramps=cramps,
            worst=worst,
            minutes=minutes,
            leg=leg,
            day=tuple(dict.fromkeys(tags)),
            note=note,
        )
        before = keeper_of(file).add(night)
        click.echo(words.say("diary_saved", night=night_line(night, words)))
        if before is not None:
            click.echo(words.say("diary_before", night=night_line(before, words)))

    @diary.command("remove", help=words.say("cli_diary_remove"))
    @click.argument("day", type=DAY)
    @filed
    @spoken
    def remove(day: datetime, file: Path | None, lang: str) -> None:
        from kram.surfaces.terminal.diary_page import night_line

        words = catalogue(lang)
        before = keeper_of(file).remove(day.date())
        if before is None:
            raise DiaryError("diary_none_there", date=day.date())
        click.echo(words.say("diary_removed", night=night_line(before, words)))

    @diary.command("try", help=words.say("cli_diary_try"))
    @click.argument("care")
    @click.option("--from", "start", type=DAY, required=True, help=words.say("cli_diary_from"))
    @click.option("--until", "end", type=DAY, help=words.say("cli_diary_until"))
    @click.option("--was", type=DAY, help=words.say("cli_diary_was"))
    @filed
    @spoken
    def try_(
        care: str, start: datetime, end: datetime | None, was: datetime | None, file: Path | None, lang: str
    ) -> None:
        from kram.diary.effects import trial_of
        from kram.diary.nights import Use

        knowledge = load_knowledge()
        entry, _trial = trial_of(knowledge, care)
        use = Use(care=care, start=start.date(), end=end.date() if end else None)
        if use.end is not None and use.end < use.start:
            raise DiaryError("diary_ends_before", where=care, start=use.start, end=use.end)
        keeper = keeper_of(file)
        if was is not None and not any(one.care == care and one.start == was.date() for one in keeper.read().uses):
            raise DiaryError("diary_use_none", care=care, start=was.date())
        before = keeper.try_(use, was=(care, was.date()) if was else None)
        words = catalogue(lang)
        still = words.say("diary_still")
        click.echo(words.say("diary_tried", care=entry.name[lang], start=use.start, end=use.end or still))
        if before is not None:
            values = {"care": entry.name[lang], "start": before.start, "end": before.end or still}
            click.echo(words.say("diary_tried_instead", **values))

    @diary.command("untry", help=words.say("cli_diary_untry"))
    @click.argument("care")
    @click.option("--from", "start", type=DAY, help=words.say("cli_diary_untry_from"))
    @filed
    @spoken
    def untry(care: str, start: datetime | None, file: Path | None, lang: str) -> None:
        from kram.diary.effects import name_of

        keeper = keeper_of(file)
        starts = [use.start for use in keeper.read().uses if use.care == care]
        if start is None and len(starts) > 1:
            raise DiaryError("diary_use_which", care=care, starts=", ".join(map(str, starts)))
        if start is None and not starts:
            raise DiaryError("diary_use_never", care=care)
        day = start.date() if start else starts[0]
        before = keeper.untry(care, day)
        if before is None:
            raise DiaryError("diary_use_none", care=care, start=day)
        words = catalogue(lang)
        until = f" --until {before.end}" if before.end else ""
        back = f"kram diary try {care} --from {before.start}{until}" + (f" --diary {file}" if file else "")
        values = {"start": before.start, "end": before.end or words.say("diary_still"), "command": back}
        click.echo(words.say("diary_untried", care=name_of(load_knowledge(), care, lang), **values))

    @diary.command("show", help=words.say("cli_diary_show"))
    @click.option(
        "--days", type=click.IntRange(1, 4000), default=56, show_default=True, help=words.say("cli_diary_days")
    )
    @filed
    @spoken
    def show(days: int, file: Path | None, lang: str) -> None:
        from kram.surfaces.terminal.diary_page import diary_page

        click.echo(diary_page(keeper_of(file).read(), load_knowledge(), lang, days))

    @diary.command("export", help=words.say("cli_diary_export"))
    @click.option("-o", "--output", type=_PATH, help=words.say("cli_output"))
    @click.option("--csv", "as_csv", is_flag=True, help=words.say("cli_diary_csv"))
    @filed
    @spoken
    def export(output: Path | None, as_csv: bool, file: Path | None, lang: str) -> None:
        from kram.diary.exchange import write_csv, write_json

        content = keeper_of(file).read()
        data = write_csv(content).encode() if as_csv else write_json(content)
        if output is None:
            click.echo(data, nl=False)
            return
        write_new(output, data)
        click.echo(catalogue(lang).say("diary_exported", count=len(content.nights), file=str(output)))

    @diary.command("import", help=words.say("cli_diary_import"))
    @click.argument("source")
    @filed
    @spoken
    def import_(source: str, file: Path | None, lang: str) -> None:
        from kram.diary.exchange import read_json
        from kram.surfaces.terminal.case_files import read_text
        from kram.surfaces.terminal.diary_page import merge_line

        click.echo(merge_line(keeper_of(file).take_in(read_json(read_text(source))), catalogue(lang)))

    return [diary]


def write_new(file: Path, data: bytes) -> None:
    """A file for this user only. Raises DiaryError where there is one already, or it cannot be written."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)
    except FileExistsError as fault:
        raise DiaryError("diary_output_exists", file=str(file)) from fault
    except OSError as fault:
        file.unlink(missing_ok=True) if file.is_file() else None
        raise DiaryError("diary_output_failed", file=str(file), problem=fault.strerror or "") from fault
