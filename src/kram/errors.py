"""What a person can do wrong, each with one sentence in their language.

An error carries the key of its sentence and the values in it; the surface that shows it chooses the language.
"""

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


class CaseError(KramError):
    """A case that cannot be right: refused, nothing is assessed."""


class KnowledgeError(KramError):
    """A fault in the knowledge files, with file and line where they are known."""


class CostError(KramError):
    """An exact answer would take more work than the budget allows."""
