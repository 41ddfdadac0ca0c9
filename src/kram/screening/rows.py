"""The columns of the results: one row a person."""

from typing import TYPE_CHECKING, Any

from kram.knowledge.knowledge import Knowledge

if TYPE_CHECKING:
    import pyarrow as pa

DIGITS = 9  # of probabilities: finer than any of them is known, coarser than what rounding differs in
FIXED = ("person", "age", "sex", "on", "complaint", "urgency", "red_flags", "danger", "leading", "leading_modifiable",
         "leading_modifiable_share", "medicines", "tests_missing", "tests_proposed", "used", "not_understood",
         "left_out")  # fmt: skip

Row = dict[str, Any]


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
        "on": pa.date32(),
        "complaint": pa.string(),
        "urgency": pa.string(),
        "red_flags": words,
        "danger": pa.float64(),
        "leading": pa.string(),
        "leading_modifiable": pa.string(),
        "leading_modifiable_share": pa.float64(),
        "medicines": words,
        "tests_missing": words,
        "tests_proposed": words,
        "used": words,
        "not_understood": pa.int32(),
        "left_out": pa.map_(pa.string(), pa.int32()),
    }
    fields = [pa.field(name, fixed[name]) for name in FIXED]
    for name in [*share_columns(knowledge), *presence_columns(knowledge)]:
        ends = ("", "_low", "_high") if intervals else ("",)
        fields += [pa.field(name + end, pa.float64()) for end in ends]
    return pa.schema(fields)
