"""YAML files -> Knowledge. A fault names file, line, and what was expected."""

import hashlib
import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from kram.errors import KnowledgeError
from kram.knowledge import rules
from kram.knowledge.causes import Cause
from kram.knowledge.entries import Care, EmergencyNumbers, Entry, Finding, Medicine, Reason, RedFlag, Source, TickList
from kram.knowledge.evaluation import LiteratureFigure
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.record_rules import RecordRules
from kram.knowledge.screening_rules import ScreeningRules
from kram.knowledge.settings import Population, Settings
from kram.knowledge.trial_rules import TrialRules
from kram.plain_yaml import Loader

DATA = Path(__file__).with_name("data")

_E = TypeVar("_E", bound=Entry)
_S = TypeVar("_S")
_PATH = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]+)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]|(?P<any>\[\.\.\.\])")


def read(folder: Path = DATA) -> Knowledge:
    """Read every file of the folder. Raises KnowledgeError at the first file that cannot be read."""
    return Knowledge(
        fingerprint=fingerprint(folder),
        settings=_one(folder, "settings.yaml", Settings),
        population=_one(folder, "population.yaml", Population),
        sources=_many(folder, "sources", Source),
        reasons=_many(folder, "reasons", Reason),
        findings=_many(folder, "findings", Finding),
        medicines=_many(folder, "medicines", Medicine),
        causes=_many(folder, "causes", Cause),
        drafts=_many(folder, "drafts", Cause),
        care=_many(folder, "care", Care),
        red_flags=_many(folder, "red_flags", RedFlag),
        screen=_many(folder, "screen", TickList),
        emergency_numbers=_many(folder, "emergency_numbers", EmergencyNumbers),
        literature=_many(folder, "literature", LiteratureFigure),
        records=_one(folder, "records.yaml", RecordRules) if (folder / "records.yaml").exists() else RecordRules(),
        screening=(
            _one(folder, "screening.yaml", ScreeningRules) if (folder / "screening.yaml").exists() else ScreeningRules()
        ),
        trials=_one(folder, "trials.yaml", TrialRules),
    )


def fingerprint(folder: Path = DATA) -> str:
    """Sixteen hexadecimal digits that change with any byte of any file."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.yaml")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _files(folder: Path, shelf: str) -> list[Path]:
    """A shelf is one file or a folder of files."""
    file = folder / f"{shelf}.yaml"
    return ([file] if file.exists() else []) + sorted((folder / shelf).glob("*.yaml"))


def _many(folder: Path, shelf: str, kind: type[_E]) -> dict[str, _E]:
    """Each file holds one entry (a mapping) or a list of them."""
    found: dict[str, _E] = {}
    for file in _files(folder, shelf):
        page = _Page(folder, file)
        for index, raw in enumerate(page.data if isinstance(page.data, list) else [page.data]):
            at = (index,) if isinstance(page.data, list) else ()
            if not isinstance(raw, dict):
                raise KnowledgeError("not_an_entry", place=page.place(at))
            entry = _convert(page, {**raw, "place": page.place(at)}, kind, at)
            if entry.id in found:
                raise KnowledgeError("id_twice", place=entry.place, id=entry.id, first=found[entry.id].place)
            found[entry.id] = entry
    return found


def _one(folder: Path, name: str, kind: type[_S]) -> _S:
    if not (folder / name).exists():
        raise KnowledgeError("file_missing", place=name)
    page = _Page(folder, folder / name)
    return _convert(page, page.data, kind, ())


class _Page:
    """One file: its content, and the lines on which things stand."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.name = file.relative_to(folder).as_posix()
        try:
            loader = Loader(file.read_bytes())
            self.node = loader.get_single_node()
            self.data = loader.construct_document(self.node) if self.node else None
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            line = f":{mark.line + 1}" if mark else ""
            problem = getattr(fault, "problem", None) or "not UTF-8 text"
            raise KnowledgeError("not_yaml", place=self.name + line, problem=problem) from fault
        if self.data is None:
            raise KnowledgeError("file_empty", place=self.name)
        self._refuse_twins(self.node)

    def place(self, steps: tuple[str | int, ...]) -> str:
        """file:line of the value at these steps, or of the nearest thing around it."""
        node = self.node
        for step in steps:
            inner = None
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                inner = node.value[step]
            elif isinstance(node, yaml.MappingNode):
                inner = next((value for key, value in node.value if key.value == step), None)
            if inner is None:
                break
            node = inner
        return f"{self.name}:{node.start_mark.line + 1}"

    def _refuse_twins(self, node: yaml.Node) -> None:
        """YAML keeps the last of two equal keys without a word; a doctor's correction would be lost."""
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                if key.value in seen:
                    raise KnowledgeError("key_twice", place=f"{self.name}:{key.start_mark.line + 1}", key=key.value)
                seen.add(key.value)
                self._refuse_twins(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                self._refuse_twins(value)


def _convert(page: _Page, raw: Any, kind: type[_S], at: tuple[str | int, ...]) -> _S:
    try:
        return msgspec.convert(raw, kind, dec_hook=_decode)
    except msgspec.ValidationError as fault:
        match = _PATH.match(str(fault))
        assert match  # every message fits
        path = match["path"] or "$"
        steps = at + tuple(
            int(step["index"]) if step["index"] else step["key"] or "..." for step in _STEP.finditer(path[1:])
        )
        key, values = _told(match["what"])
        path = path.removeprefix("$").removeprefix(".") or str(raw.get("id", page.name))
        raise KnowledgeError(key, place=page.place(steps), path=path, **values) from fault


# what msgspec says -> the key of our own sentence
_MESSAGES = {
    r"Object missing required field `(?P<field>.+)`": "shape_missing",
    r"Object contains unknown field `(?P<field>.+)`": "shape_unknown",
    r"Expected `(?P<expected>.+)`, got `(?P<got>.+)`": "shape_type",
    r"Invalid (?:enum )?value (?P<given>.+)": "shape_choice",
    r"(?P<problem>.+)": "wrong_shape",
}


def _told(message: str) -> tuple[str, dict[str, str]]:
    for pattern, key in _MESSAGES.items():
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return key, match.groupdict()
    raise AssertionError(message)  # the last pattern matches everything


def _decode(_kind: Any, raw: Any) -> Any:
    """msgspec asks here for what it does not know: rules."""
    return rules.parse(raw)
