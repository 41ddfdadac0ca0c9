"""Rows of a benchmark: what, who, how much, and the goal beside it."""

from dataclasses import dataclass


@dataclass
class Row:
    what: str
    who: str
    value: float
    unit: str
    goal: float | None = None
    least: bool = False  # the goal is the least, not the most
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.least else self.value <= self.goal


class Run:
    def __init__(self, quick: bool, as_json: bool) -> None:
        self.quick, self.as_json = quick, as_json
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)
        if not self.as_json:
            print(line(row), flush=True)

    def title(self, words: str) -> None:
        if not self.as_json:
            print(f"\n{words}", flush=True)


def line(row: Row) -> str:
    goal = ""
    if row.goal is not None:
        goal = f"goal {'>=' if row.least else '<='} {row.goal:g} {row.unit}: {'met' if row.met else 'MISSED'}"
    return f"  {row.what:<44} {row.who:<32} {row.value:>12.4g} {row.unit:<5} {goal} {row.note}".rstrip()
