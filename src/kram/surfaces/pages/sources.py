"""A figure and its sources in words: what was found, in whom, by whom. Drawers of every page use it."""

from dataclasses import dataclass

from kram.knowledge.entries import Source
from kram.knowledge.figures import Figure
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number, Shares, Stratum, point
from kram.texts import Catalogue, catalogue


@dataclass(frozen=True)
class FigureWords:
    """One number ready to be read. `link`: where its source stands, if it has an address."""

    value: str
    interval: str
    kind: str
    people: str
    where: str
    because: str
    formula: str
    sources: tuple[Source, ...]


def figure_words(knowledge: Knowledge, figure: Figure, lang: str, row: Number | Stratum | None = None) -> FigureWords:
    """`row`: the part of a stratified number to show (default: the whole number, or its first row)."""
    words = catalogue(lang)
    number = figure.number
    sources = tuple(knowledge.sources[id] for id in number.sources)
    because = number.because
    reason = knowledge.reasons[because].text[lang] if isinstance(because, str) else because[lang] if because else ""
    people = number.people[lang] if number.people else "; ".join(s.people[lang] for s in sources if s.people)
    if isinstance(number, Shares):
        value, interval, formula = (
            shares_words(knowledge, figure, lang),
            words.say("web_in_people", n=f"{number.n:g}"),
            "",
        )
    else:
        shown = row or number.rows()[0]
        value = value_words(shown, figure, words)
        interval, formula = interval_words(shown, number, figure, words), number.formula or ""
    return FigureWords(value, interval, number.kind, people, number.where or "", reason, formula, sources)


def value_words(row: Number | Stratum, figure: Figure, words: Catalogue) -> str:
    """A proportion as so many of 100 (or of 1,000, 100,000), a ratio as so many times."""
    if row.counts is not None and row.value is None:
        return words.say("web_events_of", events=f"{row.counts.events:g}", n=thousands(round(row.counts.n), words))
    value = point(row)
    if figure.scale == "proportion":
        of = people_of(value)
        return words.say("web_of", number=words.figure(value * of, 3), of=thousands(of, words))
    factor, key = _unit(figure)
    return words.say(key, number=words.figure(value * factor, 3)) if key else words.figure(value, 3)


def _unit(figure: Figure) -> tuple[float, str]:
    """What to multiply by, and the sentence that carries the unit ("" without one)."""
    if figure.scale == "ratio":
        return 1.0, "web_times"
    name = figure.path.rsplit(".", 1)[-1]
    return {"duration_months": (1.0, "web_months"), "incidence": (1000.0, "web_a_year")}.get(name, (1.0, ""))


def people_of(value: float) -> int:
    """Among how many people a proportion is told, so that at least one of them has it."""
    return next((n for n in (100, 1000, 10_000, 100_000) if value * n >= 1 or value == 0), 1_000_000)


def in_people(value: float, interval: tuple[float, float], words: Catalogue) -> dict[str, str]:
    """`number`, `low` and `high` of the same `of` people."""
    of = people_of(value)
    number, low, high = (words.figure(p * of, 2) if p * of < 10 else str(round(p * of)) for p in (value, *interval))
    return {"number": number, "low": low, "high": high, "of": thousands(of, words)}


def interval_words(row: Number | Stratum, number: Number, figure: Figure, words: Catalogue) -> str:
    interval = row.interval or (number.interval if row is number else None)
    if interval is not None:
        of = people_of(point(row)) if figure.scale == "proportion" else _unit(figure)[0]
        low, high = (words.figure(end * of, 3) for end in interval)
        return words.say("web_between", low=low, high=high)
    people = row.counts.n if row.counts else row.n
    return words.say("web_in_people", n=thousands(round(people), words)) if people else ""


def shares_words(knowledge: Knowledge, figure: Figure, lang: str) -> str:
    """How a character divides: the choices by name, each of 100."""
    assert isinstance(figure.number, Shares)
    words = catalogue(lang)
    finding = knowledge.findings.get(figure.path.rsplit(".", 1)[-1])
    names = {level.id: level.name[lang] for level in finding.levels} if finding else {}
    parts = sorted(figure.number.shares.items(), key=lambda pair: -pair[1])
    return "; ".join(f"{names.get(id, id)} {words.figure(100 * share, 2)}" for id, share in parts)


def thousands(number: int, words: Catalogue) -> str:
    """Digits in groups of three, as the language writes them."""
    return f"{number:,}".replace(",", words.sentences["thousands_mark"])


def address(source: Source) -> str | None:
    """Where the work can be read, for a link that the reader may follow."""
    if source.doi:
        return f"https://doi.org/{source.doi}"
    if source.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    return source.url
