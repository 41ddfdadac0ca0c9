"""Answers -> Assessment: one pass over the model, then rules, urgency, care and words."""

from collections.abc import Mapping

from kram import __version__
from kram.assessment import caring, reasoning
from kram.assessment import urgency as urgencies
from kram.assessment.answers import Answers
from kram.assessment.asking import open_findings
from kram.assessment.computing import Computed, Engine, compute
from kram.assessment.intervals import interval_of
from kram.assessment.matching import Standing
from kram.assessment.proposing import proposals
from kram.assessment.result import (
    Assessment,
    CauseShare,
    Interval,
    KnowledgeUsed,
    NotUnderstoodItem,
    OpenQuestion,
    RedFlagMet,
    Unexplained,
)
from kram.assessment.telling import tell_the_doctor
from kram.inference.exact import posterior as exact
from kram.knowledge.figures import entry_figures
from kram.knowledge.lookup import Lookup
from kram.model.network import Array
from kram.model.posing import Model
from kram.texts import catalogue

DIGITS = 12  # probabilities are rounded here and nowhere else
SELF = ("question", "condition", "medicine")  # what a person can be asked
CLINIC = (*SELF, "examination", "test", "imaging")


class Assessor:
    """The model with its knowledge, ready for any number of people. Pure: reads nothing, writes nothing."""

    def __init__(self, model: Model, engine: Engine = exact) -> None:
        self.model = model
        self.engine = engine
        self.knowledge = model.compiled.knowledge
        self.lookup = Lookup(self.knowledge)
        self._cited: dict[str, tuple[str, ...]] = {}

    def standing(self, answers: Answers, computed: Computed | None = None) -> Standing:
        """The person as rules see them; with shares and presence once they are computed."""
        if computed is None:
            return Standing(self.knowledge, answers)
        ids = self.model.compiled.cause_ids
        central = computed.posterior
        shares = {"unexplained": float(central.shares[0, 0])}
        shares |= {id: float(central.shares[0, i + 1]) for i, id in enumerate(ids)}
        presence = {id: float(central.presence[0, i]) for i, id in enumerate(ids)}
        return Standing(self.knowledge, answers, shares, presence)

    def assess(self, answers: Answers, lang: str, kinds: tuple[str, ...] = CLINIC) -> Assessment:
        """Raises CostError where an exact answer would take too long."""
        before = self.standing(answers)
        open_ = open_findings(before, kinds, frozenset())
        computed = compute(self.model, answers, open_, engine=self.engine)
        standing = self.standing(answers, computed)
        flags = urgencies.flags_met(standing)
        unanswered = urgencies.screen_open(standing)
        level = urgencies.urgency(standing, flags, not unanswered)
        leaders = reasoning.leading(self.knowledge, dict(standing.shares))
        shares, presence = computed.posterior.shares, computed.posterior.presence
        interval = self.knowledge.settings.interval
        items, withheld = caring.care(standing, self.model.compiled, shares, interval, lang)
        next_ = proposals(standing, computed, lang)
        words = catalogue(lang)
        return Assessment(
            version=__version__,
            lang=lang,
            notice=self.knowledge.settings.notice[lang],
            knowledge=KnowledgeUsed(self.knowledge.fingerprint),
            urgency=level,
            urgency_text=words.say(f"urgency_{level}"),
            red_flags=tuple(
                RedFlagMet(flag.id, flag.urgency, flag.name[lang], flag.text[lang], flag.sources) for flag in flags
            ),
            red_flags_open=tuple(
                OpenQuestion(finding.id, (finding.question or finding.name)[lang]) for finding in unanswered
            ),
            causes=self._causes(answers, shares, presence, lang),
            unexplained=Unexplained(_rounded(shares[0, 0]), _intervals(shares[:, :1], interval)[0]),
            danger=_rounded(computed.posterior.danger[0]),
            why=tuple(reasoning.why(self.knowledge, answers, computed, leaders, lang)),
            next=tuple(next_),
            care=tuple(items),
            care_withheld=tuple(withheld),
            tell_the_doctor=tuple(tell_the_doctor(standing, leaders, next_, lang)),
            not_understood=tuple(
                NotUnderstoodItem(item.given, item.place, item.nearest) for item in answers.not_understood
            ),
        )

    def _causes(self, answers: Answers, shares: Array, presence: Array, lang: str) -> tuple[CauseShare, ...]:
        interval = self.knowledge.settings.interval
        share_intervals, presence_intervals = _intervals(shares, interval), _intervals(presence, interval)
        found = []
        for index, (id, cause) in enumerate(self.knowledge.causes.items()):
            found.append(
                CauseShare(
                    id=id,
                    group=cause.group,
                    name=cause.name[lang],
                    share=_rounded(shares[0, index + 1]),
                    share_interval=share_intervals[index + 1],
                    presence=_rounded(presence[0, index]),
                    presence_interval=presence_intervals[index],
                    dangerous=cause.dangerous,
                    modifiable=cause.modifiable,
                    via=reasoning.via(self.knowledge, answers, id, lang),
                    sources=self._sources(id),
                )
            )
        return tuple(sorted(found, key=lambda cause: (-cause.share, cause.id)))

    def _sources(self, cause_id: str) -> tuple[str, ...]:
        if cause_id not in self._cited:
            cause = self.knowledge.causes[cause_id]
            own = (cause.source,) if isinstance(cause.source, str) else cause.source
            cited = (source for figure in entry_figures(cause) for source in figure.number.sources)
            self._cited[cause_id] = tuple(dict.fromkeys([*own, *cited]))
        return self._cited[cause_id]


def _rounded(p: float) -> float:
    return round(min(max(float(p), 0.0), 1.0), DIGITS)


def _intervals(lanes: Array, percentiles: tuple[float, float]) -> list[Interval]:
    """By column: 5th to 95th percentile of the draws, stretched to contain the central value."""
    low, high = interval_of(lanes, percentiles)
    return [(_rounded(a), _rounded(b)) for a, b in zip(low, high, strict=True)]


def shares_of(assessment: Assessment) -> Mapping[str, float]:
    """Cause id (and "unexplained") -> share."""
    return {"unexplained": assessment.unexplained.share, **{cause.id: cause.share for cause in assessment.causes}}
