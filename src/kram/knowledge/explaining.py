"""Any number of the knowledge in words: what it says, of whom, how wide, how it was come by and where it stands."""

from msgspec import Struct

from kram.knowledge.causes import Cause
from kram.knowledge.entries import Care, Entry, Finding
from kram.knowledge.figures import Figure, entry_figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Kind, Number, Shares, Stratum, point
from kram.texts import Catalogue, catalogue

UNEXPLAINED = "unexplained"
_UNITS = {"left": 100}  # what is left of the cramps is told of 100
_NEARLY_ALL = 99  # of 100: from here on the decimal matters


class Row(Struct, frozen=True):
    """One value: for everybody, for an age and sex (`of`), or for one choice of several."""

    of: str
    text: str
    value: float
    interval: tuple[float, float] | None = None
    events: float | None = None
    n: float | None = None
    kind: Kind | None = None  # where it is not that of the number
    formula: str | None = None


class Explained(Struct, frozen=True):
    """`what`: the quantity in words. `path`: which number of the entry it is. Words are in one language."""

    path: str
    what: str
    kind: Kind
    rows: tuple[Row, ...]
    people: str | None
    where: str | None
    formula: str | None
    because: str | None
    interval_judged: bool
    sources: tuple[str, ...]


def explained(knowledge: Knowledge, entry: Entry, lang: str) -> list[Explained]:
    """Every number of the entry, in its own order."""
    return [explain(knowledge, figure, lang) for figure in entry_figures(entry)]


def explain(knowledge: Knowledge, figure: Figure, lang: str, only: Number | Stratum | None = None) -> Explained:
    """`only`: the one row of a stratified number that is meant."""
    number, words = figure.number, catalogue(lang)
    own = only if isinstance(only, Stratum) and only.kind is not None else None
    sources = (own.sources if own is not None else ()) or number.sources
    rows = _shares(knowledge, figure, number, words) if isinstance(number, Shares) else _rows(figure, words, only)
    return Explained(
        path=figure.path,
        what=_what(knowledge, figure, words),
        kind=own.kind if own is not None and own.kind is not None else number.kind,
        rows=tuple(rows),
        people=number.people[lang] if number.people else _measured_in(knowledge, sources, lang),
        where=number.where,
        formula=own.formula if own is not None else number.formula if isinstance(number, Number) else None,
        because=reason(knowledge, number, lang),
        interval_judged=isinstance(number, Number) and number.interval_judged,
        sources=sources,
    )


def reason(knowledge: Knowledge, number: Number | Shares, lang: str) -> str | None:
    """Why this value, in words; None where it needs none."""
    if isinstance(number.because, str):
        return knowledge.reasons[number.because].text[lang]
    return number.because[lang] if number.because else None


def _measured_in(knowledge: Knowledge, sources: tuple[str, ...], lang: str) -> str | None:
    people = [knowledge.sources[id].people for id in sources]
    return "; ".join(dict.fromkeys(words[lang] for words in people if words)) or None


# values


def proportion_text(value: float, words: Catalogue) -> str:
    """A proportion as people: of 100, or of as many as it takes to have a whole one."""
    of = _denominator(value)
    return words.say("figure_of", count=_count(value * of, words), of=_grouped(of, words))


def same_of(values: tuple[float, ...], words: Catalogue) -> tuple[str, ...]:
    """Several proportions of the same number of people, so that they can be compared; below 1 in 1,000 in parts."""
    of, counts = counted(values, words)
    return tuple(words.say("figure_of", count=count, of=of) for count in counts)


def counted(values: tuple[float, ...], words: Catalogue) -> tuple[str, tuple[str, ...]]:
    """So many people, and how many of them each proportion is."""
    of = min(max(_denominator(value) for value in values), 1_000)
    return _grouped(of, words), tuple(_count(value * of, words) for value in values)


def in_people(value: float, interval: tuple[float, float], words: Catalogue) -> dict[str, str]:
    """`number`, `low` and `high` of the same `of` people: as many as it takes for one of them to have it."""
    of = _denominator(value)
    number, low, high = (_count(p * of, words) for p in (value, *interval))
    return {"number": number, "low": low, "high": high, "of": _grouped(of, words)}


def _denominator(value: float) -> int:
    return next((of for of in (100, 1_000, 10_000, 100_000) if value * of >= 1 or value <= 0), 1_000_000)


def _count(count: float, words: Catalogue) -> str:
    """Whole people from ten on, save where nearly all are meant."""
    if count < 10 or _NEARLY_ALL < count < 100:
        return words.figure(count, 2 if count < 10 else 3)
    return _grouped(round(count), words)


def _grouped(number: float, words: Catalogue) -> str:
    text = f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"
    return text.translate({ord(","): words.say("thousands_mark"), ord("."): words.say("decimal_mark")})


def _value_text(row: Number | Stratum, scale: str, words: Catalogue) -> str:
    """Value, interval (in the unit of the value) and counts of one row."""
    value = point(row)
    of = _denominator(value)
    if scale == "proportion":
        text = proportion_text(value, words)
    else:
        key = "figure_month" if scale == "months" and value == 1 else f"figure_{scale}"
        text = words.say(key, value=words.figure(value * _UNITS.get(scale, 1), 3))
    if row.interval is not None:
        low, high = (_end(end, scale, of, words) for end in row.interval)
        text = words.say("figure_interval", value=text, low=low, high=high)
    if row.counts is not None:
        text += words.say("figure_counts", events=_grouped(row.counts.events, words), n=_grouped(row.counts.n, words))
    elif row.n is not None:
        text += words.say("figure_n", n=_grouped(row.n, words))
    return text


def _end(value: float, scale: str, of: int, words: Catalogue) -> str:
    """One end of an interval, in the unit of the value."""
    return _count(value * of, words) if scale == "proportion" else words.figure(value * _UNITS.get(scale, 1), 3)


def _scale(figure: Figure) -> str:
    """As people would say it: new cases a year are people too."""
    name = figure.path.rpartition(".")[2]
    if isinstance(figure.entry, Care):
        return "nights" if name.endswith("_nights") else "left"
    return {"incidence": "proportion", "duration_months": "months"}.get(name, figure.scale)


def _rows(figure: Figure, words: Catalogue, only: Number | Stratum | None) -> list[Row]:
    number = figure.number
    assert isinstance(number, Number)
    found = []
    for row in number.rows() if only is None else (only,):
        of = ""
        if isinstance(row, Stratum):
            sex = words.say(f"people_{row.sex}") if row.sex else words.say("people_all")
            of = words.say("figure_aged", people=sex, age=row.age) if row.age else sex
        found.append(
            Row(
                of=of,
                text=_value_text(row, _scale(figure), words),
                value=point(row),
                interval=row.interval,
                events=row.counts.events if row.counts else None,
                n=row.counts.n if row.counts else row.n,
                kind=row.kind if isinstance(row, Stratum) else None,
                formula=row.formula if isinstance(row, Stratum) else None,
            )
        )
    return found


def _shares(knowledge: Knowledge, figure: Figure, number: Shares, words: Catalogue) -> list[Row]:
    finding = figure.entry
    if isinstance(finding, Cause):
        finding = knowledge.findings[figure.path.split(".")[1]]
    names = {level.id: level.name[words.lang] for level in finding.levels} if isinstance(finding, Finding) else {}
    ordered = sorted(number.shares.items(), key=lambda pair: -pair[1])
    return [Row(names.get(id, id), proportion_text(share, words), share, n=number.n) for id, share in ordered]


# what it is


def _what(knowledge: Knowledge, figure: Figure, words: Catalogue) -> str:
    entry, parts = figure.entry, figure.path.split(".")
    match parts:
        case ["prior", name]:
            return words.say(f"figure_{name}")
        case ["prior", "set_by", label, "to"]:
            return words.say("figure_set", fact=answered(knowledge, label, words))
        case ["prior", "moved_by", fact, name]:
            return words.say(f"figure_moved_{name}", fact=answered(knowledge, fact, words))
        case ["prior", "moved_by", fact, name, level]:
            return words.say(
                f"figure_moved_{name.removesuffix('s')}", fact=answered(knowledge, f"{fact}:{level}", words)
            )
        case ["rate", name] if isinstance(entry, Cause):
            return words.say(f"figure_rate_{name}", window=_window(entry.rate, words))
        case ["stages", level, name] if isinstance(entry, Cause):
            stage = answered(knowledge, f"{entry.prior.fact}:{level}", words)
            rate = words.say(f"figure_rate_{name}", window=_window(entry.stages[level], words))
            return f"{stage}: {rate}"
        case ["signs", label, name]:
            return words.say(f"figure_sign_{name}", finding=answered(knowledge, label, words))
        case ["character", finding]:
            return knowledge.findings[finding].name[words.lang]
        case ["frequency"]:
            return words.say("figure_frequency")
        case ["frequencies", level] if entry is not None:
            return words.say("figure_frequency_of", level=answered(knowledge, f"{entry.id}:{level}", words))
        case ["shares"]:
            return words.say("figure_shares")
        case ["effects", index, "rate_ratio"] if isinstance(entry, Care):
            causes = ", ".join(cause_name(knowledge, id, words) for id in entry.effects[int(index)].cramps_from)
            return words.say("figure_effect", causes=causes)
        case ["trial", name]:
            return words.say(f"figure_trial_{name}")
        case ["population" | "settings" as place, name]:
            return words.say(f"figure_{place}_{name}")
        case ["proportion" | "ratio"]:
            return str(getattr(entry, "name")[words.lang])  # noqa: B009 (entries that hold these have a name)
    return figure.path


def cause_name(knowledge: Knowledge, id: str, words: Catalogue) -> str:
    """A cause, a draft, or the unexplained part."""
    if id == UNEXPLAINED:
        return words.say("unexplained")
    return {**knowledge.drafts, **knowledge.causes}[id].name[words.lang]


def answered(knowledge: Knowledge, label: str, words: Catalogue) -> str:
    """A finding, with its answer where it is not simply yes: "finding:level"."""
    id, _, level = label.partition(":")
    finding = knowledge.findings[id]
    levels = {known.id: known.name[words.lang] for known in finding.levels}
    ids = level.split("-") if level not in levels else [level]
    named = [levels[one] for one in ids if one in levels]
    if level == "no":
        named = [words.say("no")]
    name = finding.name[words.lang]
    return f"{name}: {words.say('or').join(named)}" if named else name


def _window(rate: object, words: Catalogue) -> str:
    months = float(getattr(rate, "months", 1.0))
    return words.say("window_month") if months == 1 else words.say("window_months", months=words.figure(months))
