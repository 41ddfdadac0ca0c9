"""What to tell the doctor: the leading causes, the medicines that may feed the cramps, the tests to ask about."""

from kram.assessment.matching import Standing
from kram.assessment.reasoning import medicine_names
from kram.assessment.result import Next
from kram.texts import catalogue

_TESTS = 3  # as many as fit on a page


def tell_the_doctor(standing: Standing, leaders: list[str], next_: list[Next], lang: str) -> list[str]:
    words = catalogue(lang)
    causes = standing.knowledge.causes
    sentences = [
        words.say("tell_cause", name=causes[id].name[lang], share=_of_100(standing.shares[id])) for id in leaders
    ]
    for id, cause in causes.items():
        fact = cause.prior.fact
        names = medicine_names(standing.knowledge, standing.answers, fact, lang) if fact else ""
        if cause.group == "medicine" and names and standing.shares[id] >= standing.knowledge.settings.named_share:
            sentences.append(words.say("tell_medicine", medicine=names))
    tests = [item.id for item in next_ if item.kind == "test"][:_TESTS]
    if tests:
        listed = ", ".join(standing.knowledge.findings[id].name[lang] for id in tests)
        sentences.append(words.say("tell_tests", tests=listed))
    return sentences


def _of_100(share: float) -> int:
    return round(100 * share)
