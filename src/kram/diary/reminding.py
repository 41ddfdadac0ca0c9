"""A plan as a calendar file: what to do each evening, and to count each morning. Times are the person's own, wherever
they are: without a time zone, as the calendar standard has it for what moves with the traveller."""

from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from kram import __version__
from kram.diary.effects import name_of, trial_of
from kram.diary.nights import Plan
from kram.knowledge.knowledge import Knowledge
from kram.texts import catalogue


def reminders(plan: Plan, knowledge: Knowledge, lang: str) -> bytes:
    """iCalendar (RFC 5545): one repeating event a period, and one for the diary. The same plan gives the same ids."""
    words = catalogue(lang)
    entry, trial = trial_of(knowledge, plan.care)
    name = name_of(knowledge, plan.care, lang)
    rules = knowledge.trials.planning
    calendar = Calendar()
    calendar.add("prodid", f"-//kram//{__version__}//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", words.say("ics_name", care=name))
    doing = (trial.do or entry.name)[lang]
    for index, period in enumerate(plan.periods, start=1):
        said = words.say("ics_with", do=doing) if period.treated else words.say("ics_without", care=name)
        about = words.say("ics_period", number=index, count=len(plan.periods), nights=period.nights)
        id = f"{plan.care}-{plan.start}-{plan.seed}-{index}"
        calendar.add_component(_daily(id, period.start, rules.evening, period.nights, said, about))
    nights = sum(period.nights for period in plan.periods)
    id = f"{plan.care}-{plan.start}-{plan.seed}-diary"
    morning = plan.start + timedelta(days=1)
    calendar.add_component(_daily(id, morning, rules.morning, nights, words.say("ics_count"), words.say("ics_zero")))
    return bytes(calendar.to_ical())


def _daily(id: str, first: date, at: tuple[int, int], times: int, title: str, about: str) -> Event:
    event = Event()
    event.add("uid", f"{id}@kram")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", datetime.combine(first, time(*at)))
    event.add("duration", timedelta(minutes=10))
    event.add("rrule", {"freq": "daily", "count": times})
    event.add("summary", title)
    event.add("description", about)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event
