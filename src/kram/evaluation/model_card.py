"""The model card: written from the knowledge and from both instruments, so that it cannot differ from them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from kram import __version__
from kram.evaluation.casebook import Scored, Share, Summary, summaries
from kram.evaluation.literature import Comparison, LiteratureReport
from kram.evaluation.sensitivity import Weight, held_by
from kram.knowledge.completeness import completeness
from kram.knowledge.explaining import explain
from kram.knowledge.figures import figures
from kram.knowledge.knowledge import Knowledge

_HEAD = """# Model card

Written by `kram model-card` from the knowledge and from its two checks; do not edit by hand.

## Purpose and users

kram tells a person with leg cramps, a pharmacist or a doctor how likely each known cause is to be behind them, how sure
that is, what is urgent, what to ask or test next, and what helps. Users: people with cramps, from childhood to great
age, health workers who advise them, and developers who build it into record systems.

## What it is not for

- It does not diagnose or prescribe, and it is not registered as a medical device.
- It is not for emergencies that are plain to see: with breathlessness, collapse or a cold pale leg, call help first.
- Cramps of the belly, of menstruation and of writing hands are outside it.
- In newborns and infants it knows next to nothing.

## Method

A network of causes and signs, in which several causes may be present at once and each adds its own risk of a cramp in a
month (noisy-OR); the signs too. The posterior is computed exactly. Intervals come from 256 draws of all parameters. Red
flags are rules that run first and cannot be outvoted. Ratios from observational studies are shrunk; a number without a
study is marked as a judgement and has a wide interval (`DECISIONS.md`).
"""

_HEAVIEST = 25
_LIMITS = """## Limits

- Two thirds of the numbers are judgements, most of them frequencies of findings in people without the cause, and
  frequencies by age. They are marked, and their intervals are wide.
- Few studies are from Indonesia; where there was one it was used, elsewhere figures from Asia come before others.
- Given age, sex and the known facts the causes are taken as independent, and so are the signs given the causes.
- Published cases are the rare and the severe; how well kram does on those who come to a clinic has not been measured.
- The urgency that a case should have is how soon a careful doctor who has exactly the answers of its file, and not the
  outcome, would want this person seen. It is a judgement.
- The cases and their answers were written by the makers of kram from the published reports, most of which were seen in
  part, and read again beside the reports without sight of kram's results.
"""


def model_card(
    knowledge: Knowledge, report: LiteratureReport, scored: Sequence[Scored], weights: Sequence[Weight]
) -> str:
    """Markdown."""
    found = {summary.name: summary for summary in summaries(scored)}
    parts = [
        _HEAD,
        _data(knowledge),
        _literature(report),
        _cases(found),
        _misses(knowledge, report, scored),
        _weights(knowledge, weights),
        _LIMITS,
        f"kram {__version__}.",
    ]
    return "\n".join(parts)


def _data(knowledge: Knowledge) -> str:
    kinds = Counter(figure.number.kind for figure in figures(knowledge))
    confirmed: Counter[str] = Counter(source.confirmed for source in knowledge.sources.values())
    complete = sum(completeness(cause).complete for cause in knowledge.causes.values())
    medicines = len(knowledge.medicines)
    return "\n".join(
        [
            "## Data",
            "",
            "| what | how many |",
            "| --- | --- |",
            f"| causes in the model | {len(knowledge.causes)}, of which {complete} complete |",
            f"| causes kept as drafts, outside the model | {len(knowledge.drafts)} |",
            f"| questions, examinations, tests | {len(knowledge.findings)} |",
            f"| medicines | {medicines} |",
            f"| red flags and critical values | {len(knowledge.red_flags)} |",
            f"| care entries | {len(knowledge.care)} |",
            f"| sources | {len(knowledge.sources)} ({_counted(confirmed)}) |",
            f"| numbers | {kinds['published']} published, {kinds['derived']} computed from published ones, "
            f"{kinds['judgement']} judgements |",
            "",
            "A cause is complete if its rate and at least three of its findings are published or computed from those.",
            "The incomplete ones in the model belong to groups that must always be answered, or are dangerous to miss.",
            "",
        ]
    )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: -item[1]))


def _literature(report: LiteratureReport) -> str:
    checks = max(report.checks, 1)
    return "\n".join(
        [
            "## Against the literature (`kram literature`)",
            "",
            f"{report.checks} published figures whose studies gave the model no number.",
            "",
            f"- Inside the published 95% interval: {report.inside} ({100 * report.inside / checks:.0f}%).",
            f"- Where 95 of 100 studies of that size would find it if the model is right: {report.agree} "
            f"({100 * report.agree / checks:.0f}%).",
            f"- The model's own 90% intervals: the upper end is on average {report.mean_factor:.2g} times the lower.",
            "",
        ]
    )


def _cases(found: dict[str, Summary]) -> str:
    rows = [
        "## On published cases (`kram cases`)",
        "",
        "| cases | first | first 3 | also right, first | also right, first 3 | urgency right | too low | too high |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, summary in found.items():
        if not name.startswith("group"):
            shares = (
                summary.first,
                summary.top3,
                summary.accepted_first,
                summary.accepted_top3,
                summary.urgency_right,
                summary.urgency_too_low,
                summary.urgency_too_high,
            )
            rows.append(f"| {name} | {' | '.join(_share(share) for share in shares)} |")
    rows += [
        "",
        "With 95% Wilson intervals. The cases were split in halves by a hash of their names; while the knowledge was",
        "written only the misses of the first half were looked at.",
        "",
    ]
    return "\n".join(rows)


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.hits}/{share.of} ({100 * low:.0f}-{100 * high:.0f}%)"


def _misses(knowledge: Knowledge, report: LiteratureReport, scored: Sequence[Scored]) -> str:
    rows = ["## Known misses", "", "Checks that a study of that size would hardly find if the model were right:", ""]
    rows += [_missed(row) for row in report.comparisons if row.role == "check" and not row.agrees]
    rows += ["", "Cases whose true cause, and every other accepted one, is not among the first three:", ""]
    for case in scored:
        if case.accepted > 3:
            cause = knowledge.causes.get(case.cause) or knowledge.drafts.get(case.cause)
            name = cause.name["en"] if cause else case.cause
            rows.append(f"- {case.id}: {name}, in place {case.accepted}.")
    rows += ["", "Cases whose urgency came out lower than their answers call for:", ""]
    rows += [
        f"- {case.id}: {case.urgency} instead of {case.expected_urgency}."
        for case in scored
        if case.lower_than_expected
    ]
    return "\n".join([*rows, ""])


def _weights(knowledge: Knowledge, weights: Sequence[Weight]) -> str:
    by_key = {figure.key: figure for figure in figures(knowledge)}
    judged = 100 * held_by(weights, "judgement")
    rows = [
        "## Numbers on which the answers hang (`kram sensitivity`)",
        "",
        "Each number is moved alone by one standard deviation; of 100 in 100, so much changes hands between the",
        f"causes, on average over the cases. Judgements hold {judged:.0f}% of all that moves.",
        "",
        "| number | what it is | kind | moves, of 100 |",
        "| --- | --- | --- | --- |",
    ]
    for weight in weights[:_HEAVIEST]:
        what = explain(knowledge, by_key[weight.key], "en").what
        rows.append(f"| `{weight.key}` | {what} | {weight.kind} | {100 * weight.mean:.2g} |")
    return "\n".join([*rows, ""])


def _missed(row: Comparison) -> str:
    low, high = row.interval
    why = row.miss or "We do not know why."
    return f"- {row.name}: published {row.published:.3g} ({low:.3g} to {high:.3g}), model {row.computed:.3g}. {why}"
