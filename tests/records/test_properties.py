"""How a record is packed has no say in what is read from it, and nothing that is sent can make the reader fall."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kram.assessment.case_reading import read_case
from kram.errors import KramError
from kram.records.facts import Record
from tests.records.shared import ON, lookup, reader
from tests.records.test_hard_cases import CASES, bundle

READABLE = [case for case in CASES if "refused" not in case and "patient" not in case]
UNRELATED = [
    {"resourceType": "Immunization", "id": "u1", "status": "completed", "patient": {"reference": "Patient/p"}},
    {"resourceType": "Encounter", "id": "u2", "status": "finished", "subject": {"reference": "Patient/p"}},
    {"resourceType": "Organization", "id": "u3", "name": "RSUD"},
    {"resourceType": "Practitioner", "id": "u4"},
    {
        "resourceType": "Condition",
        "id": "u5",
        "code": {"text": "Viral sinusitis"},
        "subject": {"reference": "Patient/p"},
    },
    {
        "resourceType": "Condition",
        "id": "u6",
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E11"}]},
        "subject": {"reference": "Patient/somebody-else"},
    },
    {"resourceType": "Observation", "id": "u7", "status": "final", "code": {"text": "Body height"}},
]


def mixed(indices: list[int]) -> list[dict[str, Any]]:
    """One record out of several of the hard ones, each with ids of its own."""
    found: dict[str, dict[str, Any]] = {}
    for index in indices:
        for entry in bundle(READABLE[index])["entry"]:
            resource = entry["resource"]
            text = json.dumps(resource)
            if resource["resourceType"] not in ("Patient", "Medication") and resource["id"] != "same":
                resource = json.loads(text) | {"id": f"{resource['id']}-{index}"}
            found[f"{resource['resourceType']}/{resource['id']}/{resource.get('meta')}"] = resource
    return list(found.values())


def read(raw: Any) -> Record:
    return reader().read(raw, ON)


@given(
    st.lists(st.integers(0, len(READABLE) - 1), min_size=1, max_size=12, unique=True),
    st.randoms(use_true_random=False),
    st.lists(st.integers(0, len(UNRELATED) - 1), unique=True),
)
@settings(max_examples=150, deadline=None)
def test_shuffling_splitting_and_adding_what_is_unrelated_changes_nothing(
    indices: list[int], chance: random.Random, unrelated: list[int]
) -> None:
    resources = mixed(indices)
    whole = read({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]})
    shuffled = [*resources, *(UNRELATED[index] for index in unrelated)]
    chance.shuffle(shuffled)
    cut = chance.randint(0, len(shuffled))
    parts = [
        {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in part]}
        for part in (shuffled[:cut], shuffled[cut:])
    ]
    again = read([*parts, *chance.sample(shuffled, min(2, len(shuffled)))])
    assert again.case == whole.case
    assert json.dumps(again.case) == json.dumps(whole.case)  # the order of keys and lists too
    assert again.facts == whole.facts
    assert again.complaint == whole.complaint
    assert set(whole.left_out) <= set(again.left_out)
    one, two = read_case(whole.case, lookup()), read_case(again.case, lookup())
    assert one == two


def read_or_refused(raw: Any) -> Record | str:
    """Anything but a sentence of ours comes out as it is, and fails the test."""
    try:
        return read(raw)
    except KramError as refused:
        return refused.sentence("id")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in inner for path in paths(item, (*at, key)))]


@given(st.integers(0, len(READABLE) - 1), st.randoms(use_true_random=False), JUNK)
@settings(max_examples=400, deadline=None)
def test_whatever_stands_anywhere_in_a_record_is_read_or_refused_in_a_sentence(
    index: int, chance: random.Random, junk: Any
) -> None:
    raw = json.loads(json.dumps(bundle(READABLE[index])))
    where = chance.choice([path for path in paths(raw) if path])
    spot = raw
    for step in where[:-1]:
        spot = spot[step]
    spot[where[-1]] = junk
    record = read_or_refused(raw)
    if isinstance(record, Record):
        read_case(record.case, lookup())


@given(JUNK)
@settings(max_examples=200, deadline=None)
def test_any_json_is_refused_in_a_sentence(junk: Any) -> None:
    assert isinstance(read_or_refused(junk), str)
