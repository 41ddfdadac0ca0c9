"""The spine on one screen: read, check, compile, assess."""

from pathlib import Path

from kram.assessment.assessing import Assessor
from kram.errors import KnowledgeError
from kram.inference import enumeration, exact
from kram.knowledge import keeping as kept_knowledge
from kram.knowledge import reading
from kram.knowledge.knowledge import Knowledge
from kram.model import keeping as kept_draws
from kram.model.compiling import Compiled
from kram.model.posing import Model

ENGINES = {"exact": exact.posterior, "enumeration": enumeration.posterior}


def load_knowledge(folder: Path = reading.DATA) -> Knowledge:
    """Raises KnowledgeError at the first file that cannot be read."""
    return kept_knowledge.read(folder)


def load_model(folder: Path = reading.DATA) -> Model:
    return Model(kept_draws.compile_(load_knowledge(folder)))


def load_assessor(folder: Path = reading.DATA, engine: str = "exact") -> Assessor:
    """An Assessor on the knowledge of this folder; `engine` is exact or enumeration."""
    return Assessor(load_model(folder), ENGINES[engine])


def check(folder: Path = reading.DATA) -> list[KnowledgeError]:
    """Every fault that can be told; while the entries are at fault, the model built from them is not looked at."""
    from kram.knowledge.checking import all as checking  # what only this needs would slow every start
    from kram.model.plausibility import faults as implausible

    try:
        knowledge = reading.read(folder)
    except KnowledgeError as fault:
        return [fault]
    faults = list(checking.faults(knowledge))
    return faults or list(implausible(Model(Compiled(knowledge))))
