"""The columns of the results: one row a person."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kram.knowledge.knowledge import Knowledge
from kram.model.network import Array
from kram.screening.people import Fault
from kram.screening.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    import pyarrow as pa

DIGITS = 9  # of probabilities: finer than any of them is known, coarser than what rounding differs in

Row = dict[str, Any]  # the fixed columns of one person


@dataclass(frozen=True)
class Batch:
    """Rows, the columns of figures beside them (each one number a row), and who has no row."""

    rows: list[Row]
    figures: dict[str, Array]
    faults: list[Fault]

    def table(self, columns: "pa.Schema", pseudonym: Pseudonyms) -> "pa.Table":
        import pyarrow as pa

        arrays = []
        for field in columns:
            if field.name in self.figures:
                arrays.append(pa.array(self.figures[field.name], field.type))
                continue
            values = [row[field.name] for row in self.rows]
            if field.name == "person":
                values = [pseudonym(value) for value in values]
            arrays.append(pa.array(values, field.type))
        return pa.table(arrays, schema=columns)


def share_columns(knowledge: Knowledge) -> list[str]:
    """The unexplained part first, as in the kernel."""
    return ["share_unexplained", *(f"share_{id}" for id in knowledge.causes)]


def presence_columns(knowledge: Knowledge) -> list[str]:
    return [f"presence_{id}" for id in knowledge.causes]


def schema(knowledge: Knowledge, intervals: bool) -> "pa.Schema":
    """With intervals, every share and presence has `_low` and `_high` beside it."""
    import pyarrow as pa

    words = pa.list_(pa.string())
    fixed = {
        "person": pa.string(),
        "age": pa.float64(),
        "sex": pa.string(),
        "as_of": pa.date32(),
        "complaint": pa.string(),
        "urgency": pa.string(),
        "red_flags": words,
        "danger": pa.float64(),
        "leading_cause": pa.string(),
        "leading_modifiable": pa.string(),
        "leading_modifiable_share": pa.float64(),
        "medicines": words,
        "tests_missing": words,
        "tests_proposed": words,
        "used": words,
        "not_understood": pa.int32(),
        "left_out": pa.map_(pa.string(), pa.int32()),
    }
    fields = [pa.field(name, kind) for name, kind in fixed.items()]
    for name in [*share_columns(knowledge), *presence_columns(knowledge)]:
        ends = ("", "_low", "_high") if intervals else ("",)
        fields += [pa.field(name + end, pa.float64()) for end in ends]
    return pa.schema(fields)
