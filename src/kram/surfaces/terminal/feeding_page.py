"""What a diary does to an assessment: which answers went in, and the shares before and after."""

from pathlib import Path

from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor, shares_of
from kram.assessment.responding import responded
from kram.diary import exchange
from kram.diary.feeding import Fed, tell_fed
from kram.diary.keeping import Keeper
from kram.diary.nights import Diary
from kram.errors import CaseError
from kram.surfaces.terminal.case_files import read_text
from kram.surfaces.terminal.page import Page
from kram.texts import catalogue


def diary_of(file: Path) -> Diary:
    """The diary's own file, or a copy of it as JSON. Raises CaseError, DiaryError."""
    if not file.is_file():
        raise CaseError("file_not_found", file=str(file))
    with file.open("rb") as stream:
        copy = stream.read(64).lstrip()[:1] == b"{"
    return exchange.read_json(read_text(str(file))) if copy else Keeper(file).read()


def moved_page(assessor: Assessor, answers: Answers, fed: Fed, lang: str) -> str:
    """The shares of the causes before and after what the diary has shown."""
    words, page = catalogue(lang), Page()
    if fed.used:
        before = assessor.assess(answers, lang)
        after = assessor.assess(responded(answers, fed.used, assessor.knowledge), lang)
        old, new = shares_of(before), shares_of(after)
        names = {"unexplained": words.say("unexplained"), **{cause.id: cause.name for cause in after.causes}}
        page.title(words.say("moved_heading"))
        least = assessor.knowledge.settings.named_share
        for id in sorted(new, key=lambda id: -new[id]):
            if max(old[id], new[id]) >= least:
                page.item(words.say("moved_row", cause=names[id], before=f"{old[id]:.0%}", after=f"{new[id]:.0%}"), 2)
    if fed.left or not fed.used:
        page.gap()
        page.paragraph(tell_fed(fed, assessor.knowledge, lang))
    return page.text
