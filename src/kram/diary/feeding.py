"""Which answers of a diary go back into the assessment, and why another does not."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from kram.assessment.answers import Response
from kram.assessment.responding import by_cause
from kram.diary.analysing import analyse
from kram.diary.answer import Answer
from kram.diary.effects import name_of
from kram.diary.nights import Diary
from kram.errors import DiaryError
from kram.knowledge.knowledge import Knowledge
from kram.texts import catalogue

Reason = Literal["few_with", "few_without", "no_cramps", "no_cause", "unknown"]
_NOT_BEGUN = ("trial_no_nights", "trial_never_used")


class LeftOut(Struct, frozen=True):
    """What was tried and does not go in. `nights`: how many there are, where they are too few."""

    care: str
    reason: Reason
    nights: int = 0


class Fed(Struct, frozen=True):
    """What a diary gives back to the assessment."""

    used: tuple[Response, ...] = ()
    left: tuple[LeftOut, ...] = ()


def tried(diary: Diary) -> tuple[str, ...]:
    """Everything in the diary that was tried, in the order of its beginning."""
    begun = [*((plan.start, plan.care) for plan in diary.plans), *((use.start, use.care) for use in diary.uses)]
    return tuple(dict.fromkeys(care for _start, care in sorted(begun)))


def feed(diary: Diary, knowledge: Knowledge) -> Fed:
    """Of everything that was tried. Some tenths of a second for each."""
    answers, left = [], []
    for care in tried(diary):
        try:
            answers.append(analyse(diary, care, knowledge))
        except DiaryError as fault:
            left.append(LeftOut(care, "few_with" if fault.key in _NOT_BEGUN else "unknown"))
    fed = of_answers(answers, knowledge)
    return Fed(fed.used, (*fed.left, *left))


def of_answers(answers: Iterable[Answer], knowledge: Knowledge) -> Fed:
    looked = [(answer, left_out(answer, knowledge)) for answer in answers]
    return Fed(
        tuple(answer.response for answer, why in looked if why is None),
        tuple(why for _answer, why in looked if why is not None),
    )


def left_out(answer: Answer, knowledge: Knowledge) -> LeftOut | None:
    """None: it goes in. It needs entries on both sides and a cause that it acts on; it needs no verdict, since taking
    in only what came out clearly would say more than the nights do. Before and after count as well: their likelihood
    is already spread by what comes anyway."""
    least = knowledge.trials.deciding.least_nights
    if not by_cause(knowledge, knowledge.care[answer.care]):
        return LeftOut(answer.care, "no_cause")
    if answer.nights_with < least:
        return LeftOut(answer.care, "few_with", answer.nights_with)
    if answer.nights_without < least:
        return LeftOut(answer.care, "few_without", answer.nights_without)
    return LeftOut(answer.care, "no_cramps") if "no_cramps" in answer.warnings else None


def why_left_out(left: LeftOut, knowledge: Knowledge, lang: str) -> str:
    """A few words, for behind the name."""
    least = knowledge.trials.deciding.least_nights
    return catalogue(lang).say(f"fed_{left.reason}", nights=left.nights, least=least)


def tell_fed(fed: Fed, knowledge: Knowledge, lang: str) -> str:
    """One line: what went in, and what did not and why."""
    words = catalogue(lang)
    if not fed.used and not fed.left:
        return words.say("fed_nothing_tried")
    used = "; ".join(name_of(knowledge, response.care, lang) for response in fed.used)
    told = words.say("fed_used", used=used) if used else words.say("fed_none")
    left = [f"{name_of(knowledge, one.care, lang)} ({why_left_out(one, knowledge, lang)})" for one in fed.left]
    return f"{told} {words.say('fed_left', left='; '.join(left))}" if left else told
