"""Knowledge as it was read, kept between starts: reading YAML takes twenty times as long."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kram import storing
from kram.knowledge import reading, rules
from kram.knowledge.knowledge import Knowledge

_RULES: dict[tuple[str, ...], Callable[..., rules.Rule]] = {
    kind.__match_args__: kind for kind in (rules.Fact, rules.Compare, rules.Likely, rules.Not, rules.Some)
}


def read(folder: Path = reading.DATA) -> Knowledge:
    """As reading.read, from what was kept where the files have not changed since."""
    fingerprint = reading.fingerprint(folder)
    try:
        key = storing.key_of([fingerprint, msgspec.__version__, storing.code("knowledge")])
    except OSError:
        return reading.read(folder)
    content = storing.kept("knowledge", key)
    if content is not None:
        return unpacked(content)
    knowledge = reading.read(folder)
    if knowledge.fingerprint == fingerprint:  # nobody changed a file meanwhile
        storing.keep("knowledge", key, packed(knowledge))
    return knowledge


def packed(knowledge: Knowledge) -> bytes:
    return msgspec.msgpack.encode(knowledge)


def unpacked(content: bytes) -> Knowledge:
    return msgspec.msgpack.decode(content, type=Knowledge, dec_hook=_rule)


def _rule(_kind: Any, raw: dict[str, Any]) -> rules.Rule:
    """Each kind of rule is known by its fields."""
    kind = _RULES[tuple(raw)]
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
    if kind is rules.Not:
        values["rule"] = _rule(None, values["rule"])
    if kind is rules.Some:
        values["rules"] = tuple(_rule(None, part) for part in values["rules"])
    return kind(**values)
