"""Ladders: who is told when, missed steps, quiet hours. The rows are the ladders of counties/common.yaml."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar
from rules.county import Plan
from rules.deadlines import due
from rules.escalation import After, Again, Days, Ladder, Next, Quiet, Step, _moments, first, step

CN = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CN)


def run(plan: Plan, ladder: Ladder, opened: datetime, due_at: datetime, looks: int) -> list[tuple[str, str, str]]:
    """Every step and the first rounds after them, looked at on the minute: local moment, audience, template."""
    told: list[tuple[str, str, str]] = []
    index = 0
    look = first(ladder, opened, due_at, plan.calendar, plan.tz)
    for _ in range(looks):
        now = look
        found = step(ladder, index, opened, due_at, now, plan.calendar, plan.tz)
        told += [(f"{now.astimezone(CN):%m-%d %H:%M}", one.audience, one.template) for one in found.fire]
        assert found.look_at is not None
        index, look = found.index, found.look_at
        assert look > now
    return told


def test_happening_now_rings_by_the_minute_through_the_night(luzhai: Plan) -> None:
    """正在卸货 on National Day, 02:00: duty, again, intake, coordinators, leader, duty, then everybody each half hour
    at first."""
    opened = at("2026-10-01 02:00")
    told = run(luzhai, luzhai.ladders["happening_now"], opened, opened + timedelta(minutes=15), 11)
    assert told == [
        ("10-01 02:00", "duty", "alert"),
        ("10-01 02:03", "duty", "again"),
        ("10-01 02:05", "intake", "untaken"),
        ("10-01 02:08", "coordinators", "untaken"),
        ("10-01 02:15", "leader", "untaken"),
        ("10-01 02:25", "duty", "again"),
        ("10-01 02:35", "duty", "again"),
        *((f"10-01 {m // 60 + 2:02}:{m % 60:02}", "everyone", "untaken") for m in (45, 75, 105, 135)),
    ]


ALARMS = [
    "happening_now",
    "sealed_now",
    "incident",
    "incident_own",
    "incident_take",
    "incident_report",
    "incident_follow_up",
]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_that_nobody_heeds_comes_less_and_less_often(plans: dict[str, Plan], name: str) -> None:
    """From 02:00 on a day off: fifteen calls at most in the first day and night, all seats together; then each seat hears once a
    day, by day, on days off too, for as long as nobody has done it."""
    opened = at("2026-10-01 02:00")
    for plan in plans.values():
        told = run(plan, plan.ladders[name], opened, opened + timedelta(minutes=30), 26)
        moments = [at(f"2026-{one[0]}").astimezone(CN) for one in told]
        begun = moments[0]
        days = [sum(n * 24 <= (one - begun) / timedelta(hours=1) < (n + 1) * 24 for one in moments) for n in range(6)]
        assert days[0] <= 15 and max(days[2:]) <= 2 and min(days[1:]) >= 1, days
        assert all(8 <= one.hour < 20 for one in moments if one - begun > timedelta(hours=24)), told


def test_every_alarm_of_a_plan_is_in_the_table(plans: dict[str, Plan]) -> None:
    assert {key for plan in plans.values() for key, one in plan.ladders.items() if one.urgent} == set(ALARMS)


# ladder, clock and unit, opened, every step
SLOW = [
    # taken in within 1 working day (default): alert at once, the due morning, +1 leader, +3 coordinators
    (
        "tip_receive",
        ("receive", None),
        "2026-03-02 10:00",
        [
            ("03-02 10:00", "intake", "alert"),
            ("03-03 08:53", "intake", "due_today"),
            ("03-04 08:53", "unit_leader", "overdue"),
            ("03-06 08:53", "coordinators", "overdue"),
            # then the debtor each working morning, the office and the unit's leader each week, for as long as it takes
            *((f"03-{day:02} 08:53", "intake", "overdue") for day in (9, 10, 11, 12, 13)),
            ("03-13 08:53", "unit_leader", "overdue"),
            ("03-13 08:53", "coordinators", "overdue"),
            *((f"03-{day:02} 08:53", "intake", "overdue") for day in (16, 17, 18, 19, 20)),
            ("03-20 08:53", "unit_leader", "overdue"),
            ("03-20 08:53", "coordinators", "overdue"),
        ],
    ),
    # at night before a Saturday that is worked (调休 2026-02-14): the alert waits for its morning
    (
        "tip_receive",
        ("receive", None),
        "2026-02-13 21:30",
        [
            ("02-14 08:53", "intake", "due_today"),
            ("02-24 08:53", "unit_leader", "overdue"),
            ("02-26 08:53", "coordinators", "overdue"),
        ],
    ),
    # 7 calendar days into Spring Festival (民法典 203: due 02-24): T-1 is the last working day before it
    (
        "tip_decide",
        ("decide", "tobacco"),
        "2026-02-10 10:00",
        [
            ("02-14 08:53", "liaison", "due_soon"),
            ("02-24 08:53", "liaison", "due_today"),
            ("02-25 08:53", "unit_leader", "overdue"),
            ("02-27 08:53", "coordinators", "overdue"),
        ],
    ),
    # sealed: only its keeper, never higher (YX-2.10b, LZ-4.8f)
    (
        "tip_sealed",
        ("receive", None),
        "2026-03-02 10:00",
        [
            ("03-02 10:00", "sealed", "alert"),
            ("03-03 08:53", "sealed", "due_today"),
            ("03-04 08:53", "sealed", "overdue"),
            ("03-05 08:53", "sealed", "overdue"),
            ("03-06 08:53", "sealed", "overdue"),
            ("03-09 08:53", "sealed", "overdue"),
        ],
    ),
    # taken on Monday, decided within 5 working days (default): whoever took it, then upward
    (
        "tip_triage",
        ("triage", None),
        "2026-03-02 10:00",
        [
            ("03-06 08:53", "taker", "due_soon"),
            ("03-09 08:53", "taker", "due_today"),
            ("03-10 08:53", "unit_leader", "overdue"),
            ("03-12 08:53", "coordinators", "overdue"),
            ("03-13 08:53", "taker", "overdue"),
        ],
    ),
    # happening now, taken at 22:00: by the hour through the night, then by the working day
    (
        "now_triage",
        ("triage_now", None),
        "2026-03-02 22:00",
        [
            ("03-02 23:00", "taker", "due_soon"),
            ("03-03 00:00", "taker", "overdue"),
            ("03-03 02:00", "coordinators", "overdue"),
            ("03-03 08:53", "unit_leader", "overdue"),
            ("03-04 08:53", "taker", "overdue"),
        ],
    ),
]


@pytest.mark.parametrize(("ladder", "clock", "opened", "steps"), SLOW)
def test_slow_ladders(
    luzhai: Plan, ladder: str, clock: tuple[str, str | None], opened: str, steps: list[tuple[str, str, str]]
) -> None:
    """Reminders come on working mornings (8:53) and climb only after the day is over (民法典 203)."""
    due_at = due(luzhai.clock(*clock), at(opened), luzhai.calendar, CN).at
    looks = len(dict.fromkeys(moment for moment, _, _ in steps))
    assert run(luzhai, luzhai.ladders[ladder], at(opened), due_at, looks) == steps


AGAIN = (Again(1, "intake"),)
# non-urgent alert opened at → told at: 勿扰 20:00-08:00 and rest days
QUIET = [
    ("2026-03-02 07:59", "2026-03-02 08:53"),
    ("2026-03-02 08:00", "2026-03-02 08:00"),
    ("2026-03-02 19:59", "2026-03-02 19:59"),
    ("2026-03-02 20:00", "2026-03-03 08:53"),
    ("2026-03-06 23:00", "2026-03-09 08:53"),  # Friday night: Monday
    ("2026-02-14 12:00", "2026-02-14 12:00"),  # a Saturday that is worked
    ("2026-02-15 12:00", "2026-02-24 08:53"),  # Spring Festival
]


@pytest.mark.parametrize(("opened", "told"), QUIET)
def test_quiet_hours(calendar: Calendar, opened: str, told: str) -> None:
    """Nobody is rung at night or on a day off for what can wait; the machine's zone does not matter."""
    ladder = Ladder((Step(After(0, "minute"), "intake", "alert"),), AGAIN)
    start = at(opened).astimezone(UTC)
    assert first(ladder, start, start + timedelta(days=9), calendar, CN) == at(told)


def test_after_an_outage_each_audience_hears_once_how_things_stand(luzhai: Plan) -> None:
    """Three days down: one message to each of those whom a missed step should have told, and none says 今天到期 of a day long
    past."""
    opened = at("2026-03-02 10:00")
    due_at = at("2026-03-04 00:00")
    found = step(luzhai.ladders["tip_receive"], 0, opened, due_at, at("2026-03-09 09:00"), luzhai.calendar, luzhai.tz)
    told = [(one.audience, one.template) for one in found.fire]
    assert told == [("intake", "overdue"), ("unit_leader", "overdue"), ("coordinators", "overdue")]
    assert (found.index, found.look_at) == (4, at("2026-03-10 08:53"))


def test_rounds_missed_in_an_outage_are_not_made_up(luzhai: Plan) -> None:
    """Two years of silence of the machine: one round, and the next on the following working morning."""
    found = step(
        luzhai.ladders["tip_receive"], 9, at("2024-03-04 10:00"), at("2024-03-06 00:00"), at("2026-03-09 09:00"),
        luzhai.calendar, luzhai.tz,
    )  # fmt: skip
    assert ([one.audience for one in found.fire], found.index, found.look_at) == (
        ["intake"],
        10,
        at("2026-03-10 08:53"),
    )


@pytest.mark.parametrize("then", [(), (Again(4, "intake"), Again(6, "coordinators"))])
def test_a_ladder_that_falls_silent_or_counts_unevenly_is_refused(then: tuple[Again, ...]) -> None:
    """Who is told again is said in every ladder, and rounds are counted by the first."""
    with pytest.raises(ValueError, match="then|multiple"):
        Ladder((Step(After(0, "minute"), "intake", "alert"),), then)


def test_a_step_missed_is_not_made_up_at_night(luzhai: Plan) -> None:
    """The server comes back at 02:00: what can wait waits for the morning, with the same step still to come."""
    found = step(
        luzhai.ladders["tip_receive"],
        1,
        at("2026-03-02 10:00"),
        at("2026-03-04 00:00"),
        at("2026-03-05 02:00"),
        luzhai.calendar,
        luzhai.tz,
    )
    assert found == Next((), 1, at("2026-03-05 08:53"))


def test_a_ladder_survives_being_kept_as_text(plans: dict[str, Plan]) -> None:
    """A duty keeps the ladder of its opening day: a changed plan never changes a running duty."""
    for plan in plans.values():
        for ladder in plan.ladders.values():
            assert Ladder.loads(ladder.dumps()) == ladder


ladders = st.builds(
    Ladder,
    st.lists(
        st.builds(
            Step,
            st.builds(
                After,
                st.integers(-3, 20),
                st.sampled_from(["minute", "hour", "workday"]),
                st.sampled_from(["opened", "due"]),
            ),
            st.sampled_from(["duty", "liaison", "coordinators", "taker", "everyone"]),
            st.sampled_from(["alert", "due_soon", "due_today", "overdue", "untaken"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=5,
    ).map(lambda found: tuple(sorted(found, key=lambda one: not one.urgent))),
    st.builds(Again, st.just(1), st.just("duty")).map(lambda one: (one, Again(5, "coordinators"))),
    st.booleans(),
)


@given(ladder=ladders, hours=st.integers(0, 400), waits=st.lists(st.integers(0, 5000), max_size=6))
def test_a_duty_is_never_stuck_and_never_rings_twice(
    calendar: Calendar, ladder: Ladder, hours: int, waits: list[int]
) -> None:
    """Whatever the outages: the index only grows, each look lies ahead, quiet is kept, and it never falls silent."""
    opened = datetime(2026, 2, 10, 3, tzinfo=UTC)
    due_at = opened + timedelta(hours=hours)
    index, look = 0, first(ladder, opened, due_at, calendar, CN)
    delays = [*waits, *[0] * 50]
    for _ in range(len(waits) + 20):
        now = look + timedelta(minutes=delays.pop(0))
        found = step(ladder, index, opened, due_at, now, calendar, CN)
        assert found.index >= index + bool(found.fire)
        assert found.look_at is not None
        assert found.look_at > now
        if not all(one.urgent or ladder.urgent for one in found.fire):
            local = now.astimezone(CN)
            assert calendar.is_workday(local.date())
            assert 8 <= local.hour < 20
        index, look = found.index, found.look_at
    assert index > len(ladder.steps)


@given(ladder=ladders, hours=st.integers(0, 400), waits=st.lists(st.integers(0, 20_000), max_size=6))
def test_nobody_whom_a_missed_step_should_have_told_stays_untold(
    calendar: Calendar, ladder: Ladder, hours: int, waits: list[int]
) -> None:
    """Whatever the outages, and when two steps come at one moment: each step left behind is told by that look, to its own
    audience or to everyone; nobody is told twice by one look."""
    opened = datetime(2026, 2, 10, 3, tzinfo=UTC)
    due_at = opened + timedelta(hours=hours)
    index, look = 0, first(ladder, opened, due_at, calendar, CN)
    moments = [at for _, at in _moments(ladder, opened, due_at, Days(calendar, CN, Quiet()))]
    for wait in [*waits, *[0] * 10]:
        now = look + timedelta(minutes=wait)
        found = step(ladder, index, opened, due_at, now, calendar, CN)
        told = [one.audience for one in found.fire]
        assert len(told) == len(set(told))
        passed = zip(ladder.steps[index : found.index], moments[index : found.index], strict=True)
        assert found.look_at is not None
        for rung, moment in passed:
            assert moment is None or rung.audience in told or ("everyone" in told and rung.audience != "taker")
        index, look = found.index, found.look_at


@pytest.mark.parametrize("name", ["exposed"])
def test_who_has_taken_it_hears_on_its_morning_too(luzhai: Plan, name: str) -> None:
    """Two steps of one morning: the second does not take the place of the first."""
    opened, due_at = at("2026-03-02 10:00"), at("2026-03-05 00:00")
    found = step(luzhai.ladders[name], 0, opened, due_at, at("2026-03-04 08:53"), luzhai.calendar, luzhai.tz)
    assert [(one.audience, one.template) for one in found.fire] == [
        ("taker", "due_today"),
        ("coordinators", "due_today"),
    ]


def test_urgent_steps_come_before_those_that_wait_for_the_morning() -> None:
    """Above one that waits an urgent step would wait with it, or leave it behind in the night."""
    calm, urgent = Step(After(0, "minute"), "liaison", "alert"), Step(After(9, "minute"), "duty", "again", urgent=True)
    with pytest.raises(ValueError, match="urgent"):
        Ladder((calm, urgent), AGAIN)


@pytest.mark.parametrize(("then", "urgent"), [((Again(5, "liaison"),), False), ((), True)])
def test_a_silent_ladder_neither_repeats_nor_alarms(then: tuple[Again, ...], urgent: bool) -> None:
    """Silence is for records; an alarm that stops by itself is none."""
    with pytest.raises(ValueError, match="silent"):
        Ladder((Step(After(0, "minute"), "liaison", "alert"),), then, urgent=urgent, silent=True)


def test_a_record_is_asked_for_once(yangxi: Plan) -> None:
    """提醒一次，仅记录: one morning three working days before, and never again."""
    ladder, opened, due_at = yangxi.ladders["duty_record"], at("2026-03-02 10:00"), at("2026-04-01 00:00")
    look = first(ladder, opened, due_at, yangxi.calendar, CN)
    assert look == at("2026-03-26 08:53")
    found = step(ladder, 0, opened, due_at, look, yangxi.calendar, CN)
    assert [one.audience for one in found.fire] == ["liaison"]
    assert (found.index, found.look_at) == (1, None)
    assert step(ladder, 1, opened, due_at, at("2026-06-01 10:00"), yangxi.calendar, CN) == Next((), 1, None)


def test_a_record_opened_too_late_is_looked_at_and_left(yangxi: Plan) -> None:
    """Its one reminder would have come before it opened: there is a first look and nothing is said."""
    ladder, opened, due_at = yangxi.ladders["duty_record"], at("2026-03-31 10:00"), at("2026-04-01 00:00")
    look = first(ladder, opened, due_at, yangxi.calendar, CN)
    assert step(ladder, 0, opened, due_at, look, yangxi.calendar, CN) == Next((), 0, None)


def test_nobody_hears_that_something_is_due_today_after_the_day(luzhai: Plan) -> None:
    """当月内: 2026-10-31 is a Saturday. The reminder of that day would come on Monday and is left out; the working day
    before it has had its own."""
    told = run(luzhai, luzhai.ladders["duty_filing"], at("2026-10-26 00:00"), at("2026-11-01 00:00"), 5)
    assert told == [
        ("10-28 08:53", "liaison", "due_soon"),
        ("10-30 08:53", "liaison", "due_soon"),
        ("11-02 08:53", "unit_leader", "overdue"),
        ("11-04 08:53", "coordinators", "overdue"),
        ("11-11 08:53", "leader", "overdue"),
    ]


def test_a_proposed_date_stays_in_its_unit(luzhai: Plan) -> None:
    """建议期限: the unit's own people hear of it, and nobody hears the word late; an alarm stays whole."""
    ladder = luzhai.ladders["duty_once"].in_the_unit()
    assert ladder.told() == ("liaison", "unit_leader")
    assert {one.audience for one in ladder.then} == {"liaison", "unit_leader"}
    assert "overdue" not in {one.template for one in ladder.above(0)}
    assert luzhai.ladders["incident"].in_the_unit() is luzhai.ladders["incident"]
    assert Ladder.loads(ladder.dumps()) == ladder


# now -> whether what was held up until then goes on waiting
RESTS = [
    ("2026-11-24 08:52", True),  # a Tuesday: it comes with the morning's
    ("2026-11-24 08:53", False),
    ("2026-11-24 19:59", False),
    ("2026-11-24 20:00", True),
    ("2026-11-25 02:00", True),
    ("2026-11-28 10:00", True),  # a Saturday
    ("2026-10-10 10:00", False),  # a Saturday that is worked (调休)
]


@pytest.mark.parametrize(("now", "expected"), RESTS)
def test_what_was_held_up_waits_for_a_working_morning(luzhai: Plan, now: str, expected: bool) -> None:
    """Quiet hours are those of the county, whatever kept a message from being sent."""
    assert Days(luzhai.calendar, luzhai.tz, luzhai.quiet).rests(at(now)) is expected
