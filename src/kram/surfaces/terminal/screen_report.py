"""The report of a screening as one HTML page: no script, nothing fetched, fit for a phone and for print."""

from collections.abc import Callable, Sequence
from html import escape

from kram.knowledge.knowledge import Knowledge
from kram.screening.counting import Cell, Counted, GroupOfPeople, ToCall
from kram.surfaces.terminal.screen_page import fault_words
from kram.texts import Catalogue, catalogue

_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem; color: #22201d;
  background: #fffdfa; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; } p { margin: .3rem 0; max-width: 44rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; } .wide { overflow-x: auto; }
.bars { table-layout: fixed; } .bars td:first-child { width: 40%; } .bars td.n { width: 4rem; }
.bar { background: #b0702f; height: .8rem; min-width: 1px; }
.stack { display: flex; height: 1.2rem; } .stack span { display: block; height: 100%; }
.note { border-left: 4px solid #b0702f; padding-left: .6rem; } code { overflow-wrap: anywhere; }
.key { display: flex; flex-wrap: wrap; gap: .2rem .9rem; font-size: .88rem; list-style: none; padding: 0; }
.key i { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem; }
section { break-inside: avoid; }
@media (prefers-color-scheme: dark) { body { background: #171411; color: #eee; } }
"""
_COLOURS = ("#c9c3b8", "#22315c", "#b0702f", "#3f7d6e", "#8a3b4c", "#6a5f9e", "#c2a23c", "#4f8fb8", "#7a8a3c",
            "#a35c8f", "#5b6470", "#d1805f")  # fmt: skip


def screen_report(found: Counted, knowledge: Knowledge, lang: str) -> str:
    return _Report(found, knowledge, lang).text()


class _Report:
    def __init__(self, found: Counted, knowledge: Knowledge, lang: str) -> None:
        self._found = found
        self._knowledge = knowledge
        self._lang = lang
        self._words: Catalogue = catalogue(lang)

    def text(self) -> str:
        found, title = self._found, self._say("report_title")
        parts = [
            f'<!doctype html><html lang="{self._lang}"><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style><main><h1>{escape(title)}</h1>",
            self._lead(),
            self._bars("report_urgency", found.urgency, lambda id: self._say(f"urgency_{id}")),
            self._first(),
            self._causes(),
            self._bars("report_modifiable", found.modifiable, self._cause),
            self._bars("report_medicines", found.medicines, self._medicine),
            self._bars("report_red_flags", found.red_flags, self._flag),
            self._bars("report_missing_tests", found.missing_tests, self._finding),
            self._bars("report_known_tests", found.known_tests, self._finding),
            self._unread(),
            f"<p><small>kram {escape(found.summary.version)}, {escape(found.summary.knowledge)}</small></p>",
            "</main></html>",
        ]
        return "\n".join(part for part in parts if part)

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(key, **values)

    def _lead(self) -> str:
        summary = self._found.summary
        lines = [self._say("report_lead", people=summary.people, rows=summary.rows)]
        lines += [self._say(f"screen_complaint_{k}", count=n) + "." for k, n in sorted(summary.complaints.items())]
        note = self._say("report_assumed") if summary.complaints.get("assumed") else ""
        lines.append(self._knowledge.settings.notice[self._lang])
        if self._found.small_cell:
            lines.append(self._say("report_small", least=self._found.small_cell))
        body = "".join(f"<p>{escape(line)}</p>" for line in lines)
        return body + (f'<p class="note">{escape(note)}</p>' if note else "")

    def _section(self, key: str, body: str) -> str:
        return f"<section><h2>{escape(self._say(key))}</h2><p>{escape(self._say(key + '_why'))}</p>{body}</section>"

    def _bars(self, key: str, cells: Sequence[Cell], name: Callable[[str], str]) -> str:
        if not cells:
            return self._section(key, f"<p>{escape(self._say('report_nobody'))}</p>")
        most = max((cell.count or 0 for cell in cells), default=0) or 1
        rows = ""
        for cell in cells:
            width = 100 * (cell.count or 0) / most
            rows += f'<tr><td>{escape(name(cell.name))}</td><td class="n">{self._count(cell.count)}</td>'
            rows += f'<td aria-hidden="true"><div class="bar" style="width:{width:.1f}%"></div></td></tr>'
        return self._section(key, f'<table class="bars">{rows}</table>')

    def _count(self, count: int | None) -> str:
        return str(count) if count is not None else f"&lt; {self._found.small_cell}"

    def _causes(self) -> str:
        causes = self._found.causes
        key = "".join(
            f'<li><i style="background:{_COLOURS[at % len(_COLOURS)]}"></i>{escape(self._cause(id))}</li>'
            for at, id in enumerate(causes)
        )
        rows = "".join(self._group(group) for group in self._found.groups)
        return self._section("report_causes", f'<ul class="key">{key}</ul><table class="bars">{rows}</table>')

    def _group(self, group: GroupOfPeople) -> str:
        who = f"{group.age}, {self._say(f'report_{group.sex}')}"
        told = "; ".join(f"{self._cause(id)} {round(100 * share)}" for id, share in group.shares.items())
        drawn = "".join(
            f'<span style="width:{100 * share:.2f}%;background:{_COLOURS[at % len(_COLOURS)]}"></span>'
            for at, share in enumerate(group.shares.values())
        )
        picture = (
            f'<div class="stack" role="img" aria-label="{escape(told, quote=True)}">{drawn}</div>' if drawn else ""
        )
        return f'<tr><td>{escape(who)}</td><td class="n">{self._count(group.people)}</td><td>{picture}</td></tr>'

    def _first(self) -> str:
        found = self._found
        if not found.first:
            return self._section("report_first", f"<p>{escape(self._say('report_nobody'))}</p>")
        head = "".join(f"<th>{escape(self._say(f'report_col_{name}'))}</th>" for name in
                       ("person", "age", "urgency", "flags", "cause", "medicines", "tests"))  # fmt: skip
        rows = "".join(self._person(person) for person in found.first)
        more = self._say("report_first_more", shown=len(found.first), count=found.first_count)
        return self._section(
            "report_first", f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div><p>{escape(more)}</p>'
        )

    def _person(self, person: ToCall) -> str:
        urgency = self._say(f"urgency_{person.urgency}")
        if person.complaint == "assumed":
            urgency += f" ({self._say('report_no_cramps')})"
        cells = [
            f"<code>{escape(person.person)}</code>",
            escape(f"{person.age:.0f}, {self._say(f'report_one_{person.sex}')}"),
            escape(urgency),
            escape(", ".join(self._flag(id) for id in person.red_flags)),
            escape(self._cause(person.leading_cause)),
            escape(", ".join(self._medicine(id) for id in person.medicines)),
            escape(", ".join(self._finding(id) for id in person.tests_missing)),
        ]
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    def _unread(self) -> str:
        summary = self._found.summary
        lines = []
        for kind in sorted({*summary.known_entries, *summary.unknown_entries}):
            known, unknown = summary.known_entries.get(kind, 0), summary.unknown_entries.get(kind, 0)
            lines.append(self._say("screen_mapped", kind=kind, known=known, all=known + unknown))
        lines += [f"{n}: {fault_words(reason, self._lang)}" for reason, n in summary.faults.items()]
        lines += [self._say("report_not_read", kind=kind, count=n) for kind, n in summary.not_read.items()]
        body = "".join(f"<li>{escape(line)}</li>" for line in lines)
        listed = summary.unknown_codes[: self._knowledge.screening.report.listed]
        rows = "".join(
            f'<tr><td>{escape(kind)}</td><td><code>{escape(f"{system} {code}")}</code></td><td class="n">{n}</td></tr>'
            for kind, system, code, n in listed
        )
        codes = f"<p>{escape(self._say('report_unknown_codes'))}</p><table>{rows}</table>" if rows else ""
        return self._section("report_unread", f"<ul>{body}</ul>{codes}")

    def _cause(self, id: str) -> str:
        return self._say("report_unexplained") if id == "unexplained" else self._knowledge.causes[id].name[self._lang]

    def _medicine(self, id: str) -> str:
        return self._knowledge.medicines[id].name[self._lang]

    def _flag(self, id: str) -> str:
        return self._knowledge.red_flags[id].name[self._lang]

    def _finding(self, id: str) -> str:
        return self._knowledge.findings[id].name[self._lang]
