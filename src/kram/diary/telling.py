"""An answer in words: what came out, how sure that is, and what to mind."""

from kram.diary.answer import Answer
from kram.diary.effects import name_of
from kram.knowledge.knowledge import Knowledge
from kram.texts import Catalogue, catalogue


def tell(answer: Answer, knowledge: Knowledge, lang: str) -> tuple[str, ...]:
    """One sentence or two each, in the order in which they are worth reading."""
    words = catalogue(lang)
    name = name_of(knowledge, answer.care, lang)
    return (
        headline(answer, knowledge, lang),
        words.say(
            "answer_rates",
            without=per_week(answer.without.value, words),
            without_low=per_week(answer.without.interval[0], words),
            without_high=per_week(answer.without.interval[1], words),
            with_=per_week(answer.with_.value, words),
            with_low=per_week(answer.with_.interval[0], words),
            with_high=per_week(answer.with_.interval[1], words),
        ),
        words.say(
            "answer_ratio", left=tenths(answer.rate_ratio, words), low=tenths(answer.interval[0], words),
            high=tenths(answer.interval[1], words), care=name,
        ),
        words.say("answer_chances", helps=in_100(answer.chance_helps), third=in_100(answer.chance_third)),
        words.say("answer_nights", with_=answer.nights_with, without=answer.nights_without, missing=answer.missing),
        words.say(
            f"answer_prior_{'studies' if answer.prior.sources else 'judged'}",
            left=tenths(answer.prior.rate_ratio, words), low=tenths(answer.prior.interval[0], words),
            high=tenths(answer.prior.interval[1], words),
        ),
    )  # fmt: skip


def headline(answer: Answer, knowledge: Knowledge, lang: str) -> str:
    """The verdict; and where there is none yet, about how many more nights it takes."""
    words = catalogue(lang)
    name = name_of(knowledge, answer.care, lang)
    if answer.verdict != "unsure":
        return words.say(f"answer_{answer.verdict}", care=name)
    if answer.more_nights is None:
        return words.say("answer_never", care=name)
    return words.say("answer_unsure", care=name, nights=answer.more_nights)


def warnings(answer: Answer, knowledge: Knowledge, lang: str) -> tuple[str, ...]:
    """What to mind, one sentence each; that it was not drawn by lot comes first."""
    words = catalogue(lang)
    trials = knowledge.trials
    values = {
        "improved": in_100(trials.anyway.improved.central),
        "least": trials.deciding.least_nights,
        "missing": answer.missing,
    }
    return tuple(words.say(f"answer_warning_{name}", **values) for name in answer.warnings)


def per_week(value: float, words: Catalogue) -> str:
    """Cramps a week; more digits would say more than is known."""
    return words.figure(value, 2) if value >= 1 else words.figure(round(value, 1), 2)


def tenths(ratio: float, words: Catalogue) -> str:
    """What becomes of ten cramps."""
    left = 10 * ratio
    return words.figure(round(left, 1), 2) if left < 3 else words.figure(round(left), 3)


def in_100(chance: float) -> int:
    """Of 100; never a certainty."""
    return min(max(round(100 * chance), 1), 99)
