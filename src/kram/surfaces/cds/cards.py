"""Cards: short, sourced, and few."""

import uuid

from kram.assessment.result import Assessment, CauseShare
from kram.knowledge.entries import Care, Source
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.cds.requests import Json
from kram.texts import Catalogue, catalogue

LONGEST = 139  # characters of a summary
_LED = 3
_URGENT = ("emergency", "same_day")
REASONS = "https://pypi.org/project/kram-betis/fhir/CodeSystem/override-reasons"
TOPICS = "https://pypi.org/project/kram-betis/fhir/CodeSystem/causes"


class Cards:
    """Cards in one language; `site`: where the library of causes is served."""

    def __init__(self, knowledge: Knowledge, lang: str, site: str) -> None:
        self._knowledge = knowledge
        self._lang = lang
        self._site = site
        self._words: Catalogue = catalogue(lang)

    def assessed(self, assessment: Assessment, medicines: tuple[str, ...]) -> Json:
        """The leading causes, the medicine to reconsider, the missing test. `medicines`: causes that are taken."""
        words = self._words
        least = self._knowledge.settings.named_share
        led = [cause for cause in assessment.causes[:_LED] if cause.share >= least]
        flags = assessment.red_flags
        urgent = assessment.urgency in _URGENT and bool(flags)
        named = ", ".join(f"{cause.name} {_of_100(cause)}%" for cause in led)
        summary = (
            words.say("cds_flag_summary", flag=flags[0].name) if urgent else words.say("cds_led_summary", causes=named)
        )
        lines = [f"**{flag.name}**: {flag.text}" for flag in flags]
        lines.append(words.say("explain_shares"))
        lines += [f"- {cause.name}: {self._interval(cause)}" for cause in led]
        reconsidered = [cause for cause in assessment.causes if cause.id in medicines and cause.share >= least]
        if reconsidered:
            lines += ["", words.say("cds_reconsider", names=", ".join(cause.name for cause in reconsidered))]
        tests = [item for item in assessment.next if item.kind == "test"][:1]
        lines += [words.say("cds_missing_test", test=item.text) for item in tests]
        lines += ["", assessment.notice]
        linked = dict.fromkeys([*(cause.id for cause in led), *(cause.id for cause in reconsidered)])
        card = self._card(summary, "\n".join(lines), "warning" if urgent else "info", led[0].id if led else None)
        card["links"] = [self._link(id) for id in linked]
        return card

    def warned(self, order: Json, care: Care, instead: list[Care]) -> Json:
        """A medicine that is not for cramps: why, and what else."""
        lines = [care.text[self._lang], *([care.harms[self._lang]] if care.harms else [])]
        if instead:
            lines += ["", self._words.say("cds_instead")]
            lines += [f"- {other.name[self._lang]}: {other.text[self._lang]}" for other in instead]
        lines += ["", self._works(care.sources), "", self._knowledge.settings.notice[self._lang]]
        card = self._card(
            self._words.say("cds_warned_summary", name=care.name[self._lang]), "\n".join(lines), "warning", None
        )
        if isinstance(order.get("id"), str):
            label = self._words.say("cds_remove_order")
            action = {"type": "delete", "description": label, "resourceId": f"MedicationRequest/{order['id']}"}
            card["suggestions"] = [
                {"label": label, "uuid": str(uuid.uuid4()), "isRecommended": True, "actions": [action]}
            ]
            card["selectionBehavior"] = "at-most-one"
        card["links"] = [{"label": "kram", "url": card["source"]["url"], "type": "absolute"}]
        card["overrideReasons"] = [self._reason(code) for code in ("malaria", "other_indication", "benefit_outweighs")]
        return card

    def watched(self, cause: str, medicine: str) -> Json:
        """A medicine that can feed cramps, started in somebody who has them."""
        entry = self._knowledge.causes[cause]
        name = self._knowledge.medicines[medicine].name[self._lang]
        lines = [self._words.say("cds_watched", name=entry.name[self._lang])]
        for care in self._knowledge.care.values():
            if care.kind == "discuss" and cause in care.causes:
                lines += [f"- {care.name[self._lang]}: {care.text[self._lang]}"]
        sources = (entry.source,) if isinstance(entry.source, str) else entry.source
        lines += ["", self._works(sources), "", self._knowledge.settings.notice[self._lang]]
        card = self._card(self._words.say("cds_watched_summary", name=name), "\n".join(lines), "info", cause)
        card["links"] = [self._link(cause)]
        card["overrideReasons"] = [self._reason(code) for code in ("benefit_outweighs", "will_monitor")]
        return card

    def _card(self, summary: str, detail: str, indicator: str, topic: str | None) -> Json:
        source: Json = {"label": "kram", "url": f"{self._site}/{self._lang}/library/causes"}
        if topic is not None:
            source["topic"] = {
                "system": TOPICS,
                "code": topic,
                "display": self._knowledge.causes[topic].name[self._lang],
            }
        return {
            "uuid": str(uuid.uuid4()),
            "summary": shortened(summary),
            "detail": detail,
            "indicator": indicator,
            "source": source,
        }

    def _link(self, cause: str) -> Json:
        url = f"{self._site}/{self._lang}/library/causes/{cause}"
        return {"label": self._knowledge.causes[cause].name[self._lang], "url": url, "type": "absolute"}

    def _reason(self, code: str) -> Json:
        return {"code": code, "system": REASONS, "display": self._words.say(f"cds_reason_{code}")}

    def _interval(self, cause: CauseShare) -> str:
        low, high = cause.share_interval
        return self._words.say("of_100", share=_of_100(cause), low=round(100 * low), high=round(100 * high))

    def _works(self, ids: tuple[str, ...]) -> str:
        works = [self._knowledge.sources[id] for id in ids]
        return self._words.say("fhir_sources", sources="; ".join(_cited(work) for work in works)) if works else ""


def _cited(source: Source) -> str:
    year = f" {source.year}" if source.year else ""
    return f"{source.authors.split(',')[0]}{year}, {source.title}"


def shortened(text: str) -> str:
    """At most so many characters, cut at a word."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _of_100(cause: CauseShare) -> int:
    return round(100 * cause.share)
