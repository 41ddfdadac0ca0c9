"""What opens under a share: how common the cause is before any sign, what it does, and each figure with its study."""

from dataclasses import dataclass

from kram.assessment.answers import Answers
from kram.assessment.reasoning import answer_text
from kram.assessment.responding import by_cause
from kram.assessment.tracing import Trace, Traced
from kram.knowledge.entries import Source
from kram.knowledge.explaining import Explained, explain, in_people
from kram.knowledge.figures import Figure, entry_figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number, Stratum
from kram.texts import catalogue


@dataclass(frozen=True)
class Drawer:
    """One figure in words, and the works it is from."""

    figure: Explained
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Used:
    """One figure with the sentence that says how it entered."""

    title: str
    entered: str
    drawer: Drawer


@dataclass(frozen=True)
class Evidence:
    """`before`: present before any sign; `monthly`: cramps from it in a month. `signs`: the figures of answers;
    `seen`: of what a diary showed."""

    before: dict[str, str]
    monthly: dict[str, str]
    figures: list[Used]
    signs: list[Used]
    seen: list[Used]


def evidence(knowledge: Knowledge, traced: Trace, answers: Answers, lang: str) -> Evidence:
    words = catalogue(lang)
    used = [(_used(knowledge, item, answers, lang), item.role in ("sign", "character")) for item in traced.figures]
    return Evidence(
        in_people(traced.before, traced.before_interval, words),
        in_people(traced.monthly, traced.monthly_interval, words),
        [one for one, of_answer in used if not of_answer],
        [one for one, of_answer in used if of_answer],
        seen_in_diary(knowledge, answers, traced.cause, lang),
    )


def seen_in_diary(knowledge: Knowledge, answers: Answers, cause: str, lang: str) -> list[Used]:
    """What was tried and acts on this cause (or "unexplained"): what the diary showed, and the study beside it."""
    words, found = catalogue(lang), []
    for care in answers.responses:
        times = answers.evidence.soft[care].get(cause)
        if times is None:
            continue
        entry = knowledge.care[care]
        number = by_cause(knowledge, entry)[cause].number
        figure = next(figure for figure in entry_figures(entry) if figure.number is number)
        seen = answer_text(knowledge, answers, care, lang)
        title = words.say("trace_about", name=entry.name[lang], answer=seen)
        entered = words.say("trace_response", times=words.figure(times, 2))
        found.append(Used(title, entered, drawer(knowledge, figure, lang)))
    return found


def drawer(knowledge: Knowledge, figure: Figure, lang: str, only: Number | Stratum | None = None) -> Drawer:
    """`only`: the one row of a stratified number that is meant."""
    return Drawer(explain(knowledge, figure, lang, only), tuple(knowledge.sources[id] for id in figure.number.sources))


def _used(knowledge: Knowledge, item: Traced, answers: Answers, lang: str) -> Used:
    words = catalogue(lang)
    kind = item.figure.path.rsplit(".", 1)[-1]
    about = ""
    if item.finding is not None:
        name = knowledge.findings[item.finding].name[lang]
        about = words.say("trace_about", name=name, answer=answer_text(knowledge, answers, item.finding, lang))
    for key in (f"trace_{item.role}_{kind}", f"trace_{item.role}"):
        if key in words.sentences:
            title = about or words.say(f"trace_title_{item.role}")
            return Used(title, words.say(key), drawer(knowledge, item.figure, lang, item.row))
    raise KeyError(f"trace_{item.role}_{kind}")
