"""The words on a prescription -> medicines. Exact names only: a product whose substance is not named stays unread."""

import re

from kram.knowledge.lookup import Lookup, plain
from kram.knowledge.record_rules import RecordRules

_LONGEST = 6  # words of a name
_PARTS = re.compile(r"\s+/\s+|\s\+\s|;|,(?!\d)|(?<=[A-Za-z])/(?=[A-Za-z])")
_BRAND = re.compile(r"\[([^\]]+)\]|\(([^)]+)\)")


class MedicineNames:
    """`read` gives the medicines that a product's name speaks of; `local`: does it act only where it is put?"""

    def __init__(self, lookup: Lookup, rules: RecordRules) -> None:
        self._lookup = lookup
        self._filler = frozenset(rules.product_words)
        self._local = tuple(plain(form) for form in rules.local_forms)
        self._known: dict[str, tuple[str, ...]] = {}

    def read(self, text: str) -> tuple[str, ...]:
        """Medicine ids, in the order of the name; empty where it names none."""
        if text not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[text] = self._read(text)
        return self._known[text]

    def local(self, *texts: str) -> bool:
        words = [f" {plain(text)} " for text in texts]
        return any(f" {form} " in text for form in self._local for text in words)

    def _read(self, text: str) -> tuple[str, ...]:
        whole = self._lookup.medicines.find(text)
        if whole is not None:
            return (whole,)
        brands = [first or second for first, second in _BRAND.findall(text)]
        substances = _BRAND.sub(" ", text)
        found = [id for part in _PARTS.split(substances) if (id := self._part(part)) is not None]
        if not found:
            found = [id for brand in brands if (id := self._lookup.medicines.find(brand)) is not None]
        return tuple(dict.fromkeys(found))

    def _part(self, part: str) -> str | None:
        """The longest name that the part begins with, once strengths and forms before it are passed over."""
        words = [word for word in plain(part).split() if word not in self._filler]
        while words and (words[0][0].isdigit() or re.fullmatch(r"nda\d+", words[0])):
            words.pop(0)
        for end in range(min(len(words), _LONGEST), 0, -1):
            id = self._lookup.medicines.find(" ".join(words[:end]))
            if id is not None:
                return id
        return None
