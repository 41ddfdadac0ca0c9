"""The interview in a real (pseudo-)terminal: played through, with back, don't know, a red flag, and end of input."""

import sys
from pathlib import Path

import pexpect
import pytest
import yaml

from tests.spec.shared import ROOT

SLOW = 30


def start(*arguments: str, cwd: Path = ROOT) -> pexpect.spawn:
    return pexpect.spawn(
        sys.executable, ["-m", "kram", "ask", "--lang", "en", *arguments], encoding="utf-8", timeout=SLOW, cwd=str(cwd),
        dimensions=(50, 100), env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip


def reply(talk: pexpect.spawn, expected: str, answer: str) -> None:
    talk.expect_exact(expected)
    talk.expect_exact("> ")
    talk.sendline(answer)


def person(talk: pexpect.spawn, age: str = "67", sex: str = "1") -> None:
    reply(talk, "Age in years", age)
    reply(talk, "Sex", sex)


def screen(talk: pexpect.spawn) -> None:
    for title in ("In the leg", "In the whole body", "Nerves and muscles"):
        reply(talk, title, "n")


def lists(talk: pexpect.spawn) -> None:
    for title in ("In the last days or weeks", "The legs, apart from the cramps", "Elsewhere in the body"):
        reply(talk, title, "n")


def test_played_through_to_the_end_and_saved(tmp_path: Path) -> None:
    talk = start(cwd=tmp_path)
    person(talk)
    screen(talk)
    reply(talk, "Medicines you take", "indapamid, paracetamol")
    reply(talk, "Diseases a doctor has told you of", "n")
    lists(talk)
    for _ in range(40):
        if talk.expect_exact(["still open", "What is behind the cramps"]) == 1:
            break
        talk.expect_exact("> ")
        talk.sendline("1")
    else:
        pytest.fail("the interview does not end")
    talk.expect_exact("thiazide water tablet")
    reply(talk, "Save the case to a file?", "mine.yaml")
    talk.expect_exact("Saved as mine.yaml.")
    talk.expect(pexpect.EOF)
    case = yaml.safe_load((tmp_path / "mine.yaml").read_text("utf-8"))
    assert case["person"] == {"age": 67, "sex": "female"}
    assert case["medicines"] == ["indapamid", "paracetamol"]
    assert set(case["complete"]) == {"medicines", "conditions"}


def test_a_red_flag_interrupts_at_once() -> None:
    talk = start()
    person(talk)
    reply(talk, "In the leg", "3")
    talk.expect_exact("STOP AND READ: leg suddenly cold, pale")
    talk.expect_exact("emergency department")
    reply(talk, "In the whole body", "s")
    talk.expect_exact("Emergency: call 119")


def test_back_changes_an_earlier_answer() -> None:
    talk = start()
    person(talk)
    reply(talk, "In the leg", "3")
    talk.expect_exact("STOP AND READ")
    reply(talk, "In the whole body", "b")
    reply(talk, "In the leg", "n")
    reply(talk, "In the whole body", "s")
    talk.expect_exact("See a doctor")
    assert "Emergency" not in talk.before


def test_dont_know_skips_and_the_result_says_that_the_screen_is_open() -> None:
    talk = start()
    person(talk)
    reply(talk, "In the leg", "?")
    reply(talk, "In the whole body", "s")
    talk.expect_exact("Not all warning signs have been asked about")


def test_bad_answers_are_told_and_asked_again() -> None:
    talk = start()
    reply(talk, "Age in years", "old")
    talk.expect_exact("old is not an age")
    reply(talk, "Age in years", "-5")
    talk.expect_exact("-5 is not an age")
    person(talk, "30", "7")
    talk.expect_exact("7 is not one of the answers")
    reply(talk, "Sex", "fem")
    reply(talk, "Are you pregnant?", "99")
    talk.expect_exact("person.pregnant is 99")
    reply(talk, "Are you pregnant?", "30")
    reply(talk, "In the leg", "1 x")
    talk.expect_exact("1 x is not a number of the list")
    talk.sendline("s")


def test_an_unknown_medicine_is_offered_and_never_dropped() -> None:
    talk = start()
    person(talk)
    screen(talk)
    reply(talk, "Medicines you take", "indapamit")
    talk.expect_exact("I did not understand: indapamit.")
    reply(talk, "Did you mean: indapami", "n")
    reply(talk, "Diseases a doctor has told you of", "s")
    talk.expect_exact("indapamit (medicines[0])")


def test_the_end_of_input_ends_cleanly() -> None:
    talk = start()
    person(talk)
    talk.expect_exact("> ")
    talk.sendeof()
    talk.expect_exact("here is the result so far")
    talk.expect_exact("What is behind the cramps")
    talk.expect_exact("Save the case")
    talk.sendeof()
    talk.expect(pexpect.EOF)
    talk.close()
    assert talk.exitstatus == 0


def test_the_end_of_input_before_the_first_answer() -> None:
    talk = start()
    talk.expect_exact("Age in years")
    talk.sendeof()
    talk.expect(pexpect.EOF)
    talk.close()
    assert talk.exitstatus == 0


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("keep me")
    talk = start(cwd=tmp_path)
    person(talk)
    reply(talk, "In the leg", "s")
    reply(talk, "Save the case to a file?", "mine.yaml")
    talk.expect_exact("mine.yaml exists already")
    talk.sendline("")
    talk.expect(pexpect.EOF)
    assert (tmp_path / "mine.yaml").read_text() == "keep me"
