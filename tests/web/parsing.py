"""What a page says, read from its HTML."""

import re
from html import unescape
from html.parser import HTMLParser


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def having(self, attribute: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.found if attribute in attributes]


def fields(text: str) -> dict[str, str]:
    """The hidden fields that carry the journey."""
    values = {a["name"]: a["value"] for tag, a in Elements(text).found if tag == "input" and a.get("type") == "hidden"}
    return {name: unescape(values[name]) for name in ("state", "at")}


def heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.S)
    return unescape(found[1]).strip() if found else ""
