"""The page on how well it does tells the kept record, and the record tells the instruments."""

import pytest

from kram.evaluation.casebook import score
from kram.evaluation.literature import compare
from kram.evaluation.recording import kept, shipped_cases
from tests.api.shared import call
from tests.spec.shared import assessor


def test_the_page_tells_the_record() -> None:
    page = call("GET", "/en/library/performance").text
    cases = kept().cases
    right = sum(case.accepted == 1 for case in cases)
    assert f"<b>{right}</b> / {len(cases)}" in page
    literature = assessor().knowledge.literature
    checks = [row for row in kept().figures if row.id in literature and literature[row.id].role == "check"]
    assert f"{len(checks)} published figures share no study" in page
    assert f"In {sum(row.inside for row in checks)} of them" in page
    for row in checks:
        assert f'id="{row.id}"' in page


def test_an_older_record_says_so() -> None:
    says = "The knowledge has changed since these figures were computed" in call("GET", "/en/library/performance").text
    assert says == (kept().fingerprint != assessor().knowledge.fingerprint)


def up_to_date() -> None:
    if kept().fingerprint != assessor().knowledge.fingerprint:
        pytest.skip("the record is of an older knowledge: python -m tests.spec.write_record")


def test_the_record_holds_what_the_cases_give() -> None:
    up_to_date()
    held = {case.id: case for case in kept().cases}
    assert len(held) == len(shipped_cases())
    for file, raw in shipped_cases()[::20]:
        scored = score(assessor(), raw, file, "en")
        one = held[scored.id]
        assert (one.rank, one.accepted, one.urgency, one.leading) == (
            scored.rank,
            scored.accepted,
            scored.urgency,
            scored.leading,
        )


@pytest.mark.slow
def test_the_record_holds_what_the_literature_gives() -> None:
    up_to_date()
    held = {row.id: row for row in kept().figures}
    for row in compare(assessor().model, "en").comparisons:
        assert held[row.id].inside == row.inside
        assert held[row.id].computed == pytest.approx(row.computed, rel=1e-3)
