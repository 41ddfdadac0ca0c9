"""A Bundle, a list or a single resource -> resources, with every way in which they refer to each other."""

from collections.abc import Iterable, Iterator
from typing import Any

from kram.errors import KramError
from kram.records.facts import Resource

DEEPEST = 5  # bundles within bundles


class RecordError(KramError):
    """A record that cannot be assessed at all."""


class Resources:
    """The resources once each; `find` follows a reference from one of them."""

    def __init__(self, raw: Any) -> None:
        """Raises RecordError where there is nothing of FHIR in it."""
        self._by_reference: dict[str, Resource] = {}
        newest: dict[str, tuple[str, Resource]] = {}
        loose: list[Resource] = []
        for resource, url in _walk(raw, 0):
            id = resource.get("id")
            name = f"{resource['resourceType']}/{id}" if isinstance(id, str) and id else url
            if not name:
                loose.append(resource)
                continue
            before = newest.get(name)
            if before is None or _version(resource) > before[0]:
                newest[name] = (_version(resource), resource)
            for known in (name, url, f"urn:uuid:{id}" if id else ""):
                if known:
                    self._by_reference[known] = newest[name][1]
        self.all: list[tuple[str, Resource]] = [(name, resource) for name, (_, resource) in newest.items()]
        self.all += [(resource["resourceType"], resource) for resource in loose]
        if not self.all:
            raise RecordError("record_empty")

    def of(self, *kinds: str) -> Iterator[tuple[str, Resource]]:
        return ((name, resource) for name, resource in self.all if resource["resourceType"] in kinds)

    def find(self, reference: Any, within: Resource) -> Resource | None:
        """What a Reference points at: contained, in the bundle by its address, or by type and id."""
        address = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(address, str) or not address:
            return None
        if address.startswith("#"):
            contained = within.get("contained")
            for inner in contained if isinstance(contained, list) else []:
                if isinstance(inner, dict) and inner.get("id") == address[1:]:
                    return inner
            return None
        return self._by_reference.get(address) or self._by_reference.get(plain_reference(address))


def plain_reference(address: str) -> str:
    """Type/id of any address: without the server and without the version."""
    parts = address.split("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:])


def _version(resource: Resource) -> str:
    meta = resource.get("meta")
    updated = meta.get("lastUpdated") if isinstance(meta, dict) else None
    return updated if isinstance(updated, str) else ""


def _walk(raw: Any, depth: int) -> Iterator[tuple[Resource, str]]:
    """(resource, its address in the bundle)."""
    if depth > DEEPEST:
        return
    if isinstance(raw, list):
        for item in raw:
            yield from _walk(item, depth + 1)
    elif isinstance(raw, dict):
        kind = raw.get("resourceType")
        if kind == "Bundle":
            for entry in _list(raw.get("entry")):
                yield from _entry(entry, depth)
        elif isinstance(kind, str) and kind and kind != "OperationOutcome":
            yield raw, ""


def _entry(entry: Any, depth: int) -> Iterator[tuple[Resource, str]]:
    if isinstance(entry, dict):
        url = entry.get("fullUrl")
        for resource, own in _walk(entry.get("resource"), depth + 1):
            yield resource, own or (url if isinstance(url, str) else "")


def _list(given: Any) -> Iterable[Any]:
    return given if isinstance(given, list) else ()
