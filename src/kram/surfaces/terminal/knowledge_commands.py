"""The commands that show what kram knows, and check it: kram causes, show, sources, check and their like."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kram.assessment.bearing import bearers
from kram.errors import KramError
from kram.knowledge.entries import Medicine
from kram.knowledge.figures import entry_figures, figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.lookup import Lookup
from kram.knowledge.reading import DATA
from kram.loading import check as check_folder
from kram.loading import load_assessor, load_knowledge
from kram.surfaces.terminal.options import emit_json, json_option, lang_option
from kram.surfaces.terminal.shelves import bearers_page, cause_list, entry_list, entry_page, find_entries, source_list
from kram.texts import catalogue


def knowledge_commands(lang: str) -> list[click.Command]:
    """`lang`: of the help, and of the answers unless another is chosen."""
    words = catalogue(lang)
    spoken, as_json_too = lang_option(lang), json_option(lang)

    def shelf(name: str, shelf: str, show: Callable[[Any, str], str] = entry_list) -> click.Command:
        @click.command(name, help=words.say(f"cli_{name}"))
        @spoken
        @as_json_too
        def listing(lang: str, as_json: bool) -> None:
            entries = load_knowledge().shelves()[shelf]
            if as_json:
                emit_json(list(entries.values()))
            else:
                click.echo(show(entries, lang))

        return listing

    @click.command(help=words.say("cli_medicines"))
    @click.argument("name", required=False)
    @spoken
    @as_json_too
    def medicines(name: str | None, lang: str, as_json: bool) -> None:
        knowledge = load_knowledge()
        entries: dict[str, Medicine] = knowledge.medicines
        if name is not None:
            entries = {id: entries[id] for id in Lookup(knowledge).medicines.search(name, 10)}
        if as_json:
            emit_json(list(entries.values()))
        else:
            click.echo(entry_list(entries, lang))

    @click.command(help=words.say("cli_sources"))
    @click.option("--check", is_flag=True, help=words.say("cli_sources_check"))
    @spoken
    @as_json_too
    def sources(check: bool, lang: str, as_json: bool) -> None:
        knowledge = load_knowledge()
        if as_json:
            emit_json(list(knowledge.sources.values()))
        elif check:
            click.echo(source_list(knowledge, lang))
        else:
            click.echo(entry_list(dict(knowledge.sources), lang))

    @click.command(help=words.say("cli_show"))
    @click.argument("id")
    @spoken
    @as_json_too
    def show(id: str, lang: str, as_json: bool) -> None:
        knowledge = load_knowledge()
        entries = find_entries(knowledge, Lookup(knowledge), id)
        if as_json:
            emit_json(
                [
                    {"entry": e, "figures": [{"path": f.path, "number": f.number} for f in entry_figures(e)]}
                    for e in entries
                ]
            )
        else:
            click.echo("\n\n".join(entry_page(knowledge, entry, lang) for entry in entries))

    @click.command(help=words.say("cli_check"))
    @click.argument("folder", required=False, type=click.Path(path_type=Path))
    @spoken
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

    @click.command("bearers", help=words.say("cli_bearers"))
    @spoken
    @as_json_too
    def plain_bearers(lang: str, as_json: bool) -> None:
        rows = bearers(load_assessor(), lang)
        if as_json:
            emit_json(rows)
        else:
            click.echo(bearers_page(rows, lang))

    listings = [
        shelf("causes", "causes", cause_list),
        shelf("drafts", "drafts", cause_list),
        shelf("questions", "findings"),
    ]
    return [*listings, medicines, sources, show, check, plain_bearers]


def kinds(knowledge: Knowledge) -> dict[str, int]:
    """How many numbers are published, derived, judgements."""
    counts = {"published": 0, "derived": 0, "judgement": 0}
    for figure in figures(knowledge):
        counts[figure.number.kind] += 1
    return counts
