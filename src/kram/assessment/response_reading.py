"""What a diary saw, as it stands under `responses` of a case -> Response."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from kram.assessment.answers import NotUnderstood, Response
from kram.assessment.responding import by_cause
from kram.errors import CaseError
from kram.knowledge.knowledge import Knowledge

MOST = 50  # responses of one person
_MOST_RATIOS = 1000
_LOWEST, _HIGHEST, _APART = -2.0, 1.0, 0.25  # how far the log ratios must reach, how far apart two of them may lie
_LARGEST = 1e6  # of any number here


def read_responses(
    given: Sequence[Any], knowledge: Knowledge, file: str
) -> tuple[tuple[Response, ...], tuple[NotUnderstood, ...]]:
    """Raises CaseError for what no diary of kram has written. What acts on no cause we know is not understood."""
    if len(given) > MOST:
        raise CaseError("responses_many", file=file, count=len(given), most=MOST)
    found: dict[str, Response] = {}
    unclear = []
    for index, item in enumerate(given):
        place = f"responses[{index}]"
        response = _response(item, place, file)
        if response.care in found:
            raise CaseError("response_twice", file=file, care=response.care)
        entry = knowledge.care.get(response.care)
        if entry is None or not by_cause(knowledge, entry):
            unclear.append(NotUnderstood(response.care[:40], f"{place}.care"))
        else:
            found[response.care] = response
    return tuple(found.values()), tuple(unclear)


def _response(item: Any, place: str, file: str) -> Response:
    try:
        response = msgspec.convert(item, Response)
    except msgspec.ValidationError:
        raise CaseError("response_wrong", file=file, place=place, field=_misshapen(item)) from None
    if field := _impossible(response):
        raise CaseError("response_wrong", file=file, place=place, field=field)
    return response


def _misshapen(item: Any) -> str:
    """The first field that is missing or of another kind."""
    if not isinstance(item, dict):
        return ", ".join(Response.__struct_fields__)
    for field in msgspec.structs.fields(Response):
        try:
            msgspec.convert(item.get(field.name), field.type)
        except msgspec.ValidationError:
            return field.name
    raise AssertionError(item)  # the whole is misshapen only where a part is


def _impossible(response: Response) -> str:
    """The first field that cannot be right; "" where all can."""
    at, seen = response.log_ratios, response.log_likelihood
    if not 0.0 < response.rate_ratio < _LARGEST:
        return "rate_ratio"
    if not 1 < len(at) <= _MOST_RATIOS or not all(abs(one) < _LARGEST for one in at):
        return "log_ratios"
    steps = np.diff(at)
    if steps.min() <= 0.0 or steps.max() > _APART or at[0] > _LOWEST or at[-1] < _HIGHEST:
        return "log_ratios"
    return "" if len(seen) == len(at) and all(abs(one) < _LARGEST for one in seen) else "log_likelihood"
