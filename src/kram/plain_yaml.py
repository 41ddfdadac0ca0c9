"""YAML as people mean it: yes, no, on and off are words; only true and false are truth values (as in YAML 1.2)."""

import re
from typing import Any

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOL = "tag:yaml.org,2002:bool"


class Loader(_Base):  # type: ignore[misc]
    """A safe loader without the surprises."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def load(text: str | bytes) -> Any:
    """Raises yaml.YAMLError."""
    return yaml.load(text, Loader=Loader)  # noqa: S506 (it is a safe loader)


def dump(value: Any) -> str:
    """As people write it: what has no parts of its own stands on one line."""
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)
    return text
