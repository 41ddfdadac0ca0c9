"""The whole way in the terminal, as two people would go it; each wrong thing gets one sentence, in their language."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kram.__main__ import main
from kram.diary.keeping import Keeper
from kram.diary.nights import Night
from kram.surfaces.terminal import diary_commands
from kram.surfaces.terminal.diary_commands import last_evening

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kram(tmp_path, monkeypatch):
    """Runs one command on a diary of its own: (exit code, what was said)."""
    monkeypatch.setenv("KRAM_DIARY", str(tmp_path / "diary.sqlite"))

    def run(*arguments, stdin=None):
        done = CliRunner().invoke(main, [str(one) for one in arguments], input=stdin)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


def test_a_night_is_entered_corrected_shown_and_taken_out(kram):
    assert (
        "Saved"
        in kram(
            "diary", "add", 2, "--worst", 6, "--leg", "left", "--day", "sport", "--date", "2026-11-20", "--lang", "en"
        )[1]
    )
    code, said = kram("diary", "add", 0, "--date", "2026-11-20", "--lang", "id")
    assert code == 0
    assert "Menggantikan: Jumat 2026-11-20: kram: 2, terberat 6 dari 10, kaki kiri, olahraga" in said
    kram("diary", "add", 3, "--date", "2026-11-22")
    shown = kram("diary", "show", "--lang", "en")[1]
    row = next(line for line in shown.splitlines() if line.startswith("2026-11-16"))
    assert row.split()[1:4] == ["0", ".", "3"]
    assert "Taken out" in kram("diary", "remove", "2026-11-22", "--lang", "en")[1]
    code, said = kram("diary", "remove", "2026-11-22", "--lang", "en")
    assert code == 2
    assert said.count("\n") == 1


def test_the_night_that_is_meant():
    morning, evening = diary_commands.datetime(2026, 11, 23, 6), diary_commands.datetime(2026, 11, 23, 22)
    assert last_evening(morning) == date(2026, 11, 22)
    assert last_evening(evening) == date(2026, 11, 23)


def test_a_diary_goes_to_another_machine_and_back(kram, tmp_path):
    for day, cramps in ((1, 2), (2, 0)):
        kram("diary", "add", cramps, "--date", f"2026-11-0{day}")
    file = tmp_path / "out.json"
    assert kram("diary", "export", "-o", file)[0] == 0
    assert kram("diary", "export", "-o", file)[0] == 2  # nothing is written over
    other = tmp_path / "other.sqlite"
    assert "2 nights new" in kram("diary", "import", file, "--diary", other, "--lang", "en")[1]
    assert "2 the same" in kram("diary", "import", file, "--diary", other, "--lang", "en")[1]
    kram("diary", "add", 5, "--date", "2026-11-01", "--diary", other)
    back = kram("diary", "export", "--diary", other)[1]
    assert "1 replaced" in kram("diary", "import", "-", "--lang", "en", stdin=back)[1]
    assert json.loads(kram("diary", "export")[1])["nights"][0]["cramps"] == 5
    table = kram("diary", "export", "--csv")[1].splitlines()
    assert table[0].startswith("date,cramps,worst")
    assert len(table) == 3


def enter(file, nights, rate):
    keeper = Keeper(Path(file))
    for place in range(nights):
        day = date(2026, 8, 3) + timedelta(days=place)
        keeper.add(Night(date=day, cramps=rate(place)))


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_trial_from_the_plan_to_the_assessment(kram, tmp_path, lang):
    case = tmp_path / "case.yaml"
    case.write_text("person: {age: 67, sex: female}\nfindings: {one_leg_swollen: no, leg_hot_red: no, leg_cold_pale: no, "
                    "leg_suddenly_numb: no, calf_snap: no, tense_painful_leg: no, dark_urine: no, setting: in_bed}\n")  # fmt: skip
    ics = tmp_path / "plan.ics"
    code, said = kram("trial", "plan", "--try", "bedtime_stretching", "--case", case, "--weeks", 12, "--seed", 4,
                      "--start", "2026-08-03", "--ics", ics, "--lang", lang)  # fmt: skip
    assert code == 0, said
    assert ics.read_text().startswith("BEGIN:VCALENDAR")
    assert kram("trial", "show", "--lang", lang)[1].strip() in said
    plan = Keeper(Path(os.environ["KRAM_DIARY"])).read().plans[0]
    on = [period.treated for period in plan.periods for _ in range(period.nights)]
    enter(os.environ["KRAM_DIARY"], len(on), lambda place: int(place % 3 == 0) if on[place] else 2 + place % 2)
    code, said = kram("trial", "answer", "--case", case, "--lang", lang)
    assert code == 0, said
    assert {"id": "Ini menolong Anda", "en": "It helps you"}[lang] in said
    assert "[1]" in said
    assert "->" in said
    data = json.loads(kram("trial", "answer", "--json", "--lang", lang)[1])[0]
    assert data["verdict"] == "helps"
    assert data["with"]["value"] < data["without"]["value"]


def test_before_and_after_without_a_plan(kram):
    enter(os.environ["KRAM_DIARY"], 40, lambda place: 2 if place < 20 else 1)
    code, said = kram("diary", "try", "discuss_diuretic", "--from", "2026-08-23", "--lang", "en")
    assert code == 0, said
    said = " ".join(kram("trial", "answer", "--lang", "en")[1].split())
    assert "not drawn by lot" in said
    assert "only together with your doctor" in said


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_use_begun_by_mistake_is_corrected_taken_out_and_put_back(kram, tmp_path, lang):
    say = ("--lang", lang)
    uses = lambda: [(use["start"], use.get("end")) for use in json.loads(kram("diary", "export")[1])["uses"]]  # noqa: E731
    kram("diary", "try", "calf_raises", "--from", "2026-06-15")
    code, said = kram(
        "diary", "try", "calf_raises", "--from", "2026-06-10", "--until", "2026-07-01", "--was", "2026-06-15", *say
    )
    assert code == 0
    assert "2026-06-15" in said.splitlines()[1]  # what it takes the place of
    assert uses() == [("2026-06-10", "2026-07-01")]
    copy = tmp_path / "copy.json"
    kram("diary", "export", "-o", copy)
    code, said = kram("diary", "untry", "calf_raises", *say)
    assert code == 0
    assert len(said.strip().splitlines()) == 1
    assert uses() == []
    kram("diary", "import", copy)
    assert uses() == []
    kram(*said.split("kram ")[-1].split())  # the command that it names puts it back
    assert uses() == [("2026-06-10", "2026-07-01")]
    kram("diary", "try", "calf_raises", "--from", "2026-08-01")
    code, said = kram("diary", "untry", "calf_raises", *say)
    assert code == 2
    assert "2026-06-10, 2026-08-01" in said
    assert kram("diary", "untry", "calf_raises", "--from", "2026-08-01", *say)[0] == 0
    assert uses() == [("2026-06-10", "2026-07-01")]
    code, said = kram("diary", "try", "calf_raises", "--from", "2026-09-01", "--was", "2026-08-01", *say)
    assert code == 2
    assert uses() == [("2026-06-10", "2026-07-01")]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_plan_made_by_mistake_is_taken_out_and_put_back(kram, lang):
    say = ("--lang", lang)
    plan = ("trial", "plan", "--try", "bedtime_stretching", "--none-apply", "--weeks", "8", "--seed", "5")
    kram(*plan, "--start", "2026-12-01")
    before = json.loads(kram("diary", "export")[1])["plans"][0]["periods"]
    assert kram("trial", "unplan", "calf_raises", *say)[0] == 2
    code, said = kram("trial", "unplan", "bedtime_stretching", *say)
    assert code == 0
    assert json.loads(kram("diary", "export")[1])["plans"] == []
    kram(*said.split("kram ")[-1].split(), "--none-apply")  # the command that it names puts it back
    assert json.loads(kram("diary", "export")[1])["plans"][0]["periods"] == before
    kram(*plan, "--start", "2027-06-01")
    code, said = kram("trial", "unplan", "bedtime_stretching", *say)
    assert code == 2
    assert "2026-12-01, 2027-06-01" in said
    assert kram("trial", "unplan", "bedtime_stretching", "--start", "2027-06-01", *say)[0] == 0


def test_the_list_offers_nothing_unsafe(kram, tmp_path):
    said = kram("trial", "plan", "--lang", "en")[1]
    assert "bedtime_stretching" in said
    assert "quinine" not in said.replace("Quinine is not offered", "")
    case = tmp_path / "case.yaml"
    case.write_text("person: {age: 67, sex: male}\nconditions: [chronic kidney disease]\n")
    assert "magnesium_tablets" not in kram("trial", "plan", "--case", case, "--lang", "en")[1]


WRONG = [
    ("diary", "add"),
    ("diary", "add", "-1"),
    ("diary", "add", "many"),
    ("diary", "add", "51"),
    ("diary", "add", "1", "--date", "2026-02-30"),
    ("diary", "add", "1", "--date", "2999-01-01"),
    ("diary", "add", "1", "--day", "moon"),
    ("diary", "add", "1", "--note", "x" * 501),
    ("diary", "add", "1", "--diary", "/"),
    ("diary", "add", "1", "--diary", "/dev/null/x"),
    ("diary", "frob"),
    ("diary", "try", "nothing_known", "--from", "2026-01-01"),
    ("diary", "try", "leave_quinine", "--from", "2026-01-01"),
    ("diary", "try", "bedtime_stretching", "--from", "2026-01-02", "--until", "2026-01-01"),
    ("diary", "try", "bedtime_stretching", "--from", "2026-01-02", "--was", "2026-01-01"),
    ("diary", "untry", "bedtime_stretching"),
    ("diary", "untry", "bedtime_stretching", "--from", "2026-01-01"),
    ("diary", "import", "no-such-file.json"),
    ("diary", "import", "pyproject.toml"),
    ("trial", "answer"),
    ("trial", "answer", "--try", "bedtime_stretching"),
    ("trial", "show"),
    ("trial", "unplan", "bedtime_stretching"),
    ("trial", "unplan", "bedtime_stretching", "--start", "2026-01-01"),
    ("trial", "plan", "--try", "leave_quinine", "--none-apply"),
    ("trial", "plan", "--try", "bedtime_stretching"),
    ("trial", "plan", "--try", "bedtime_stretching", "--weeks", "1", "--none-apply"),
    ("trial", "plan", "--try", "discuss_statin", "--none-apply"),
    ("trial", "plan", "--try", "bedtime_stretching", "--case", "no-such-case.yaml"),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_each_wrong_thing_is_one_sentence(kram, arguments, lang):
    code, said = kram(*arguments, *(() if arguments[1] == "frob" else ("--lang", lang)))
    assert code == 2
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said


def test_other_commands_do_not_wait_for_what_only_the_diary_needs():
    code = "import sys; sys.argv=['kram','causes']\nfrom kram.__main__ import main\ntry: main()\nexcept SystemExit: pass\n" \
           "print(sorted({'scipy','icalendar','platformdirs','sqlite3'} & set(sys.modules)), file=sys.stderr)"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.stderr.strip() == "[]"
