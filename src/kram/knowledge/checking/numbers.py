"""Every number: its kind, its source, its range, its spread, and that its formula gives it."""

from collections.abc import Iterator
from itertools import pairwise

from kram.errors import KnowledgeError
from kram.knowledge.ages import fits, span
from kram.knowledge.figures import Figure, figures
from kram.knowledge.formulas import compute
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number, Shares, Stratum, point


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    for figure in figures(knowledge):
        yield from _provenance(knowledge, figure)
        if isinstance(figure.number, Shares):
            yield from _shares(figure, figure.number)
        else:
            yield from _rows(knowledge, figure, figure.number)
            yield from _row_kinds(figure, figure.number)
            yield from _formulas(figure, figure.number)


def _fault(figure: Figure, key: str, **values: object) -> KnowledgeError:
    place = figure.entry.place if figure.entry else "settings.yaml"
    return KnowledgeError(key, place=place, path=figure.path, **values)


def _provenance(knowledge: Knowledge, figure: Figure) -> Iterator[KnowledgeError]:
    number = figure.number
    if number.kind != "judgement" and not number.sources:
        yield _fault(figure, "number_without_source", kind=number.kind)
    for source in number.sources:
        if source not in knowledge.sources:
            yield _fault(figure, "source_unknown", source=source)
    if isinstance(number, Number) and number.kind == "derived" and number.formula is None:
        yield _fault(figure, "derived_without_formula")
    if number.kind == "judgement" and number.because is None:
        yield _fault(figure, "judgement_without_reason")
    if isinstance(number.because, str) and number.because not in knowledge.reasons:
        yield _fault(figure, "reason_unknown", reason=number.because)


def _rows(knowledge: Knowledge, figure: Figure, number: Number) -> Iterator[KnowledgeError]:
    for row in number.rows():
        if row.value is None and row.counts is None:
            yield _fault(figure, "number_without_value")
            return
        yield from _range(figure, row)
        yield from _spread(figure, number, row)
    if number.by:
        yield from _coverage(knowledge, figure, number)


def _range(figure: Figure, row: Number | Stratum) -> Iterator[KnowledgeError]:
    if row.counts is not None and not 0 <= row.counts.events <= row.counts.n:
        yield _fault(figure, "counts_impossible", events=row.counts.events, n=row.counts.n)
        return
    value = point(row)
    if figure.scale == "proportion" and not 0 <= value <= 1:
        yield _fault(figure, "outside_0_1", value=value)
    if figure.scale != "proportion" and value <= 0:
        yield _fault(figure, "not_positive", value=value)
    if row.interval is not None:
        low, high = row.interval
        if not low <= value <= high:
            yield _fault(figure, "interval_misses", value=value, low=low, high=high)
        if low < 0 or (figure.scale == "proportion" and high > 1) or (figure.scale != "proportion" and low <= 0):
            yield _fault(figure, "interval_outside", low=low, high=high)


def _spread(figure: Figure, number: Number, row: Number | Stratum) -> Iterator[KnowledgeError]:
    spread = (row.interval, row.counts, row.n, number.n, number.interval if not number.by else None)
    if all(item is None for item in spread):
        yield _fault(figure, "number_without_interval")
    elif figure.scale != "proportion" and row.interval is None:
        yield _fault(figure, "ratio_without_interval")


def _coverage(knowledge: Knowledge, figure: Figure, number: Number) -> Iterator[KnowledgeError]:
    bands = knowledge.settings.age_bands
    edges = {edge for band in bands for edge in span(band)}
    for row in number.by:
        if row.age is None:
            continue
        try:
            first, end = span(row.age)
        except ValueError:
            yield _fault(figure, "age_range_unreadable", age=row.age)
            return
        if first not in edges or end not in edges:
            yield _fault(figure, "age_range_off", age=row.age, bands=", ".join(bands))
    for band in bands:
        for sex in ("female", "male"):
            rows = [row for row in number.by if fits(row, *span(band), sex)]
            if not rows:
                yield _fault(figure, "stratum_missing", age=band, sex=sex)


def _row_kinds(figure: Figure, number: Number) -> Iterator[KnowledgeError]:
    """Rows with a kind of their own: as much is asked of them as of a number."""
    own = [row for row in number.by if row.kind is not None]
    if own and figure.scale != "proportion":
        yield _fault(figure, "row_kind_of_ratio")
    for row in own:
        if row.kind != "judgement" and not (row.sources or number.source):
            yield _fault(figure, "number_without_source", kind=row.kind)
        if row.kind == "derived" and row.formula is None:
            yield _fault(figure, "derived_without_formula")
        if row.kind == "judgement" and number.because is None:
            yield _fault(figure, "judgement_without_reason")


def _formulas(figure: Figure, number: Number) -> Iterator[KnowledgeError]:
    """A formula of a number without rows, and of each row that shows one, gives its value."""
    for row in number.rows():
        if row.formula is None:
            continue
        try:
            value = compute(row.formula)
        except ValueError:
            yield _fault(figure, "formula_unreadable", formula=row.formula)
            continue
        if abs(value - point(row)) > 0.01 * max(abs(value), abs(point(row))):
            yield _fault(figure, "formula_disagrees", formula=row.formula, computed=value, value=point(row))


def _shares(figure: Figure, shares: Shares) -> Iterator[KnowledgeError]:
    if any(not 0 <= share <= 1 for share in shares.shares.values()):
        yield _fault(figure, "outside_0_1", value=next(s for s in shares.shares.values() if not 0 <= s <= 1))
    total = sum(shares.shares.values())
    if total > 1 + 1e-6:
        yield _fault(figure, "shares_above_1", total=total)
    if shares.n <= 0:
        yield _fault(figure, "not_positive", value=shares.n)


def ordered(values: list[float]) -> bool:
    """Never rising."""
    return all(first >= second - 1e-12 for first, second in pairwise(values))
