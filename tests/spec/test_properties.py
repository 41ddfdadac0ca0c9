"""What must hold for every case, whatever it says."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kram.assessment.computing import compute
from kram.assessment.urgency import ORDER
from kram.knowledge.ladders import level_ids
from kram.texts import languages
from tests.spec.shared import answers, assess, assessor, example

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A person with a few findings, diseases and medicines, as a case file would say it."""
    knowledge = assessor().knowledge
    questions = sorted(f.id for f in knowledge.findings.values() if f.kind in ("question", "examination"))
    findings = {}
    for id in draw(st.lists(st.sampled_from(questions), max_size=9, unique=True)):
        if id != "pregnancy":
            findings[id] = draw(st.sampled_from(level_ids(knowledge.findings[id])))
    conditions = sorted(f.id for f in knowledge.findings.values() if f.kind == "condition")
    return {
        "person": {"age": draw(st.integers(18, 90)), "sex": draw(st.sampled_from(["female", "male", "unknown"]))},
        "findings": findings,
        "conditions": [
            c for c in draw(st.lists(st.sampled_from(conditions), max_size=3, unique=True)) if c not in findings
        ],
        "medicines": draw(st.lists(st.sampled_from(sorted(knowledge.medicines)), max_size=4, unique=True)),
    }


def numbers(case: dict[str, Any], lang: str = "en") -> list[tuple[Any, ...]]:
    assessment = assess(case, lang)
    return [(c.id, c.share, c.presence, c.share_interval) for c in assessment.causes] + [(assessment.urgency,)]


@SOME
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(case: dict[str, Any], random: Any) -> None:
    shuffled = dict(case)
    for key in ("conditions", "medicines"):
        shuffled[key] = random.sample(case[key], len(case[key]))
    items = list(case["findings"].items())
    random.shuffle(items)
    shuffled["findings"] = dict(items)
    one, other = numbers(case), numbers(shuffled)
    assert [row[0] for row in one] == [row[0] for row in other]
    for row, again in zip(one[:-1], other[:-1], strict=True):
        assert abs(row[1] - again[1]) < 1e-11
        assert abs(row[2] - again[2]) < 1e-11
    assert one[-1] == other[-1]


@SOME
@given(cases())
def test_shares_add_up_and_intervals_hold_their_value(case: dict[str, Any]) -> None:
    assessment = assess(case)
    assert abs(sum(c.share for c in assessment.causes) + assessment.unexplained.share - 1) < 1e-9
    for cause in assessment.causes:
        assert cause.share_interval[0] <= cause.share <= cause.share_interval[1]


@SOME
@given(cases())
def test_the_urgency_is_never_below_a_red_flag(case: dict[str, Any]) -> None:
    assessment = assess(case)
    for flag in assessment.red_flags:
        assert ORDER.index(assessment.urgency) >= ORDER.index(flag.urgency)


@SOME
@given(cases(), st.sampled_from(["it is probably nothing", "I am sure I am dying", "tidak apa-apa kok", ""]))
def test_the_way_of_putting_it_changes_nothing(case: dict[str, Any], words: str) -> None:
    assert numbers(case) == numbers({**case, "complaint": words})


def test_the_same_case_gives_the_same_bytes() -> None:
    import msgspec

    case = example("night-cramps-thiazide")
    one, other = (msgspec.json.encode(assess(case)) for _ in range(2))
    assert one == other


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_the_average_over_the_answers_to_a_sign_is_the_posterior_before_it(case: dict[str, Any]) -> None:
    """For every open sign, examination and test that is no fact: weights add up, and the mixture is what was."""
    from kram.assessment.asking import suppose
    from kram.inference.exact import posterior
    from kram.inference.stacking import split, stack

    model = assessor().model
    posed = model.pose(answers(case).evidence, draws=False)
    before = posterior(posed.network())
    pure = [id for id in model.compiled.links if id not in model.compiled.movers and id not in case["findings"]]
    for id in pure[:12]:
        terms = [term for s in suppose(posed, model.compiled.knowledge.findings[id]) for term in s.terms]
        found = split(posterior(stack([network for _, network in terms])), [network for _, network in terms])
        evidence = sum(factor * p.evidence[0] for (factor, _), p in zip(terms, found, strict=True))
        assert abs(evidence - before.evidence[0]) < 1e-12
        joint = sum(factor * p.evidence[0] * p.shares[0] for (factor, _), p in zip(terms, found, strict=True))
        assert abs(joint / evidence - before.shares[0]).max() < 1e-9


def test_both_engines_give_the_same_assessment_of_a_small_case() -> None:
    """Enumeration over the causes that a small knowledge has."""
    from pathlib import Path

    from kram.loading import load_assessor

    small = Path(__file__).parents[1] / "knowledge" / "small"
    one, other = load_assessor(small), load_assessor(small, "enumeration")
    from kram.assessment.case_reading import read_case

    case = {
        "person": {"age": 50, "sex": "female"},
        "medicines": ["pill"],
        "findings": {"swelling": "yes", "setting": "day"},
    }
    for lang in languages():
        left = one.assess(read_case(case, one.lookup), lang)
        right = other.assess(read_case(case, other.lookup), lang)
        assert [(c.id, round(c.share, 10), round(c.presence, 10)) for c in left.causes] == [
            (c.id, round(c.share, 10), round(c.presence, 10)) for c in right.causes
        ]


def test_withholding_an_answer_is_not_having_given_it() -> None:
    case = example("claudication")
    given = answers(case)
    computed = compute(assessor().model, given, [])
    for finding in ("setting", "relief", "hypertension", "smoking"):
        fewer = {
            **case,
            "findings": {k: v for k, v in case["findings"].items() if k != finding},
            "conditions": [c for c in case["conditions"] if c != finding],
        }
        without = compute(assessor().model, answers(fewer), [], reasons=False)
        assert abs(computed.withheld[finding].shares[0] - without.posterior.shares[0]).max() < 1e-12


@SOME
@given(cases(), st.sampled_from(["paracetamol", "amoxicillin", "cetirizine"]))
def test_an_irrelevant_medicine_changes_no_share(case: dict[str, Any], name: str) -> None:
    assert not any(m.acts_as for m in [assessor().knowledge.medicines.get(name)] if m)
    one, other = (
        {c.id: c.share for c in assess({**case, "medicines": medicines}).causes}
        for medicines in (case["medicines"], [*case["medicines"], name])
    )
    assert all(abs(one[id] - other[id]) < 0.001 for id in one)


@SOME
@given(cases())
def test_the_language_changes_no_number(case: dict[str, Any]) -> None:
    assert len({tuple(numbers(case, lang)) for lang in languages()}) == 1
