"""What a person can do wrong, each with one sentence in their language.

An error carries the key of its sentence and the values in it; the surface that shows it chooses the language.
"""

from pathlib import Path
from typing import Any

from kram.texts import catalogue


class KramError(Exception):
    """Something given cannot be used. `key` names the sentence in `texts/*/errors.yaml`."""

    exit_code = 2

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (type(self), self.key, self.values)  # errors cross from one process to another

    def sentence(self, lang: str) -> str:
        return catalogue(lang).say(self.key, **self.values)

    def __str__(self) -> str:
        return self.sentence("en")


def _made_again(kind: type[KramError], key: str, values: dict[str, Any]) -> KramError:
    return kind(key, **values)


def place_of(fault: BaseException) -> str:
    """What went wrong where, for a log: the kind and the line, never a value, which may be a person's."""
    step = fault.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    where = f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}" if step is not None else "?"
    return f"{type(fault).__name__} at {where}"


class CaseError(KramError):
    """A case that cannot be right: refused, nothing is assessed."""


class KnowledgeError(KramError):
    """A fault in the knowledge files, with file and line where they are known."""


class CostError(KramError):
    """An exact answer would take more work than the budget allows."""


class DiaryError(KramError):
    """A diary, an entry of one or a trial that cannot be used as it was given; nothing that was kept is changed."""
