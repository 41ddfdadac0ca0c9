"""The draws of every number, kept between starts: they depend on the knowledge alone, never on a person."""

import math
from collections.abc import Mapping

import msgspec
import numpy as np

from kram import storing
from kram.knowledge.figures import figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids
from kram.knowledge.numbers import Number, Shares
from kram.model.compiling import Compiled
from kram.model.drawing import Draws
from kram.model.network import Array


class Table(msgspec.Struct, frozen=True):
    """Names, the shape of each, and all numbers one after the other."""

    names: list[str]
    shapes: list[tuple[int, ...]]
    numbers: bytes  # float64, little end first


def compile_(knowledge: Knowledge) -> Compiled:
    """Compiled, with its draws from what was kept where nothing has changed since."""
    settings = knowledge.settings
    try:
        key = storing.key_of([knowledge.fingerprint, np.__version__, storing.code("model", "knowledge")])
    except OSError:
        return Compiled(knowledge)
    content = storing.kept("draws", key)
    if content is not None:
        return Compiled(knowledge, unpacked(content))
    draws = Draws(settings.draws, settings.seed)
    fill(draws, knowledge)
    storing.keep("draws", key, packed(draws.made))
    return Compiled(knowledge, draws.made)


def fill(draws: Draws, knowledge: Knowledge) -> None:
    """Make every draw that the model can ask for. One that were forgotten here would be made when it is asked for."""
    values = {finding.id: level_ids(finding) for finding in knowledge.findings.values()}
    for figure in figures(knowledge):
        if isinstance(figure.number, Shares):
            about = figure.path.removeprefix("character.") if figure.path != "shares" else figure.key.split("/")[0]
            if about in values:
                draws.shares(figure.key, figure.number, list(values[about]))
        else:
            for row in range(len(figure.number.rows())):
                draws.row(figure.key, figure.number, row, figure.scale)
    exponent: Number = knowledge.settings.window_exponent
    draws.row("settings/settings.window_exponent", exponent, 0, "positive")
    for id, sign in ((cause.id, sign) for cause in knowledge.causes.values() for sign in cause.signs):
        if sign.referred:
            draws.normal(f"{id}/signs.{sign.finding}{f':{sign.level}' if sign.level else ''}.referral")


def packed(made: Mapping[str, Array]) -> bytes:
    numbers = b"".join(np.ascontiguousarray(array, "<f8").tobytes() for array in made.values())
    return msgspec.msgpack.encode(Table(list(made), [array.shape for array in made.values()], numbers))


def unpacked(content: bytes) -> dict[str, Array]:
    table = msgspec.msgpack.decode(content, type=Table)
    numbers = np.frombuffer(table.numbers, "<f8").astype(np.float64, copy=False)
    made, start = {}, 0
    for name, shape in zip(table.names, table.shapes, strict=True):
        size = math.prod(shape)
        made[name] = numbers[start : start + size].reshape(shape)
        start += size
    return made
