"""Plans by lot: balanced, drawn again from the same number, and only of what is safe for this person."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from kram.assessment.case_reading import read_case
from kram.diary.planning import make_plan, offer, offers, standing_of
from kram.diary.reminding import reminders
from kram.errors import DiaryError
from kram.loading import load_assessor

ASSESSOR = load_assessor()
KNOWLEDGE = ASSESSOR.knowledge
START = date(2026, 12, 1)


def standing(**case):
    whole = {"person": {"age": 67, "sex": "female"}, **case}
    return standing_of(ASSESSOR, read_case(whole, ASSESSOR.lookup, "case"))


def planned(care="bedtime_stretching", weeks=8, seed=1, **options):
    offered = offer(KNOWLEDGE, None, care, "en")
    return make_plan(KNOWLEDGE, offered, START, weeks, seed, **{"settled": True, "doctor_agreed": True, **options})


PLANNABLE = [id for id, entry in KNOWLEDGE.care.items() if entry.trial is not None and entry.trial.switching]


@pytest.mark.parametrize("care", PLANNABLE)
@pytest.mark.parametrize("weeks", [12, 17])
def test_every_plan_is_balanced_in_pairs_without_a_gap(care, weeks):
    plan = planned(care, weeks)
    nights = {period.nights for period in plan.periods}
    assert len(nights) == 1
    trial = KNOWLEDGE.care[care].trial
    assert nights.pop() > max(trial.onset_nights.central, trial.washout_nights.central)
    for one, other in zip(plan.periods[::2], plan.periods[1::2], strict=True):
        assert one.treated != other.treated
    for before, after in zip(plan.periods, plan.periods[1:], strict=False):
        assert after.start == before.start + timedelta(days=before.nights)
    whole = sum(period.nights for period in plan.periods)
    assert weeks * 7 - 2 * len(plan.periods) < whole <= weeks * 7


def test_the_seed_is_the_lot():
    assert planned(seed=5) == planned(seed=5)
    firsts = [planned(seed=seed).periods[0].treated for seed in range(200)]
    assert 70 < sum(firsts) < 130
    assert (
        len({tuple(period.treated for period in planned(weeks=16, seed=seed).periods) for seed in range(400)}) == 2**5
    )


def test_a_plan_too_short_for_the_wash_out_is_refused_with_what_would_do():
    with pytest.raises(DiaryError) as caught:
        planned("vitamin_b_complex", weeks=6)
    assert caught.value.key == "trial_weeks"
    planned("vitamin_b_complex", weeks=caught.value.values["least"])


def test_what_is_dangerous_is_never_offered():
    ids = {one.care for one in offers(KNOWLEDGE, None, "en")}
    assert "bedtime_stretching" in ids
    for care, entry in KNOWLEDGE.care.items():
        if entry.kind == "danger":
            assert care not in ids
            with pytest.raises(DiaryError):
                offer(KNOWLEDGE, None, care, "en")
    assert not any("quinine" in id for id in ids)


def test_a_prescribed_medicine_waits_for_the_doctor():
    with pytest.raises(DiaryError) as caught:
        planned("discuss_statin", weeks=12, doctor_agreed=False)
    assert caught.value.key == "trial_doctor_first"
    for care in ("discuss_inhaler", "discuss_diuretic"):
        with pytest.raises(DiaryError) as caught:
            planned(care)
        assert caught.value.key == "trial_no_switching"
    for care in PLANNABLE:
        if KNOWLEDGE.care[care].kind == "discuss":
            assert KNOWLEDGE.care[care].trial.doctor


def test_what_is_known_against_it_refuses_even_if_everything_is_called_settled():
    for case in ({"findings": {"one_leg_swollen": "yes"}}, {"conditions": ["chronic kidney disease"]}):
        care = "bedtime_stretching" if "findings" in case else "magnesium_tablets"
        person = standing(**case)
        offered = offer(KNOWLEDGE, person, care, "id")
        assert offered.against
        with pytest.raises(DiaryError) as caught:
            make_plan(KNOWLEDGE, offered, START, 8, 1, settled=True, doctor_agreed=True)
        assert caught.value.key == "trial_not_for_you"
        assert care not in {one.care for one in offers(KNOWLEDGE, person, "id")}


def test_without_a_case_the_questions_must_be_settled_first():
    offered = offer(KNOWLEDGE, None, "bedtime_stretching", "id")
    assert len(offered.doubts) == 4
    with pytest.raises(DiaryError) as caught:
        make_plan(KNOWLEDGE, offered, START, 8, 1)
    assert caught.value.key == "trial_unsettled"
    assert all(doubt.question in caught.value.sentence("id") for doubt in offered.doubts)


def test_a_case_settles_what_it_answers():
    asked = {"one_leg_swollen": "no", "leg_hot_red": "no", "leg_cold_pale": "no", "leg_suddenly_numb": "no", "dark_urine": "no",
             "calf_snap": "no", "tense_painful_leg": "no"}  # fmt: skip
    offered = offer(KNOWLEDGE, standing(findings=asked), "bedtime_stretching", "en")
    assert offered.doubts == ()
    assert offered.against == ()


def test_a_medicine_that_is_not_taken_is_not_tried_without():
    person = standing(medicines=["amlodipine"], complete=["medicines"])
    assert offer(KNOWLEDGE, person, "discuss_statin", "en").against
    assert not offer(KNOWLEDGE, standing(medicines=["simvastatin"]), "discuss_statin", "en").against


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_calendar_says_each_evening_what_to_do(lang):
    plan = planned()
    calendar = Calendar.from_ical(reminders(plan, KNOWLEDGE, lang))
    events = calendar.walk("VEVENT")
    assert len(events) == len(plan.periods) + 1
    for period, event in zip(plan.periods, events, strict=False):
        assert event.decoded("dtstart").date() == period.start
        assert event.decoded("dtstart").tzinfo is None  # the person's own evening, wherever they are
        assert event["rrule"]["COUNT"] == [period.nights]
        doing = KNOWLEDGE.care[plan.care].trial.do[lang]
        assert (doing in str(event["summary"])) == period.treated
        assert len(event.walk("VALARM")) == 1
    assert events[-1]["rrule"]["COUNT"] == [sum(period.nights for period in plan.periods)]
    again = Calendar.from_ical(reminders(plan, KNOWLEDGE, lang)).walk("VEVENT")
    assert [event["uid"] for event in again] == [event["uid"] for event in events]
