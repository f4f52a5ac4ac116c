"""The data of the words about meetings, as `handlers.meetings` and `reminders.subjects.meeting` give it."""

from typing import Any

from tests.handlers.samples import AT, DUE, Data, asked, shown

WHEN: Data = {"starts": "2026-12-02T07:00:00+00:00", "weekday": 2, "begins": "15:00", "ends": ""}
LONG: Data = WHEN | {"ends": "17:00"}
GONE: Data = {"gone": True}
AGENDA = ["How the responsibility system is carried out", "Report of the tobacco bureau"]
DECISIONS: list[Data] = [
    {"units": ["tobacco", "police"], "by": "2026-12-10", "task": "Hand in the list", "urgent": urgent}
    for urgent in (False, True)
]
REPLIES: list[Data] = [
    {"unit": "tobacco", "reply": reply, "words": words, "who": who, "at": at, "before": before}
    for reply, words, who, at, before in (
        (None, "", "", None, False),
        ("attend", "", "Lin", AT, False),
        ("attend", "", "Lin", AT, True),
        ("deputy", "Wang", "Lin", AT, False),
        ("deputy", "", "Lin", AT, False),
        ("absent", "Field work", "Lin", AT, True),
        ("absent", "", "Lin", AT, False),
    )
]


def line(**changes: Any) -> Data:
    row: Data = LONG | {"title": "Conference", "office": "hq_office", "status": "called", "past": False, "reply": None}
    row |= {"owes": True, "leads": False, "replied": 2, "coming": 1, "units": 9}
    return row | changes


LINES = [
    line(),
    line(**WHEN),
    line(owes=False, leads=True),
    *(line(owes=False, reply=reply) for reply in ("attend", "deputy", "absent")),
    line(owes=False, past=True),
    line(owes=False, past=True, leads=True),
    line(status="held", owes=False, past=False, leads=True),
    line(status="cancelled", owes=False),
]
EMPTY: Data = {
    **dict.fromkeys(("place", "link", "minutes", "why", "chair", "who"), ""),
    **dict.fromkeys(("agenda", "invited", "unreached", "mine", "came", "missed", "decided"), ()),
    "files": 0,
    "until": None,
    "changed": None,
    "withheld": False,
}
CARDS: list[Data] = [
    *(one | EMPTY for one in LINES),
    line() | EMPTY | {"withheld": True},
    line(leads=True) | EMPTY
    | {"place": "Room 3", "link": "https://meeting.example.com/a", "agenda": AGENDA, "chair": "a convenor", "who": "Lin"}
    | {"files": 2, "until": DUE, "changed": AT, "invited": REPLIES, "unreached": ["market"], "mine": REPLIES},
    line(status="held", leads=True, owes=False) | EMPTY
    | {"came": ["tobacco"], "missed": ["police", "market"], "minutes": "One line each.", "files": 1}
    | {"decided": [{"units": ["tobacco"], "by": "2026-12-10", "words": "A list", "asked": one} for one in (True, False)]},
    line(status="held", owes=False) | EMPTY | {"missed": ["police"]},
    line(status="cancelled", owes=False) | EMPTY | {"why": "The room is taken."},
]  # fmt: skip
BEGUN: Data = {"kind": "joint_conference", "got": [], "items": []}
NAMED = [{"unit": "tobacco", "name": ""}, {"unit": None, "name": "Lin"}]
REACHED: list[Data] = [
    BEGUN | WHEN | {"rest": False, "title": "Conference", "place": "Room 3", "link": "", "agenda": [], "chair": "", "files": 0}
    | {"whom": NAMED, "seats": "liaisons", "people": 1, "empty": [], "leaderless": [], "deaf": [], "blocked": [], "convenors": []}
    | {"until": DUE},
    BEGUN | LONG | {"rest": True, "title": "Conference", "place": "", "link": "https://a.cn/b", "agenda": AGENDA, "chair": "Lin"}
    | {"files": 2, "whom": NAMED, "seats": "both", "people": 12, "empty": ["police"], "leaderless": ["tobacco"]}
    | {"deaf": ["market"], "blocked": ["police"], "convenors": ["hq_office"], "until": DUE},
]  # fmt: skip
TOLD: list[Data] = [
    one | {"title": "Conference", "office": "hq_office", "place": place}
    for one, place in ((WHEN, ""), (LONG, "Room 3"))
]
SOON: list[Data] = [
    one | {"kind": "meeting", "unit": "tobacco", "audience": "liaison", "due": DUE, "suggested": True, "empty": None}
    | {"template": "due_soon", "days": 0, "first": False}
    for one in TOLD
]  # fmt: skip
WAITS: list[Data] = [
    one | {"want": "attend", "unit": "tobacco", "audience": audience, "due": DUE, "kind": "notice", "suggested": True}
    | {"template": "again", "days": 0, "first": False, "empty": None}
    for one in TOLD
    for audience in ("liaison", "unit_leader")
]  # fmt: skip
OTHER = {"who": "Lin", "reply": "absent", "words": "", "before": False}
CHANGED: Data = line() | {"place": "Room 3", "link": "", "people": 4}
NEW: Data = {**WHEN, "rest": True, "place": "Room 2", "link": "https://a.cn/b"}
HELD: Data = line(past=True, leads=True) | {"earliest": "2026-11-27", "missed": [], "minutes": "", "files": 0}
HELD |= {"decisions": [], "duty": None}

SAID_OF_MEETINGS: dict[str, list[Data]] = {
    "meetings/call:not_yours": [{}],
    **{f"meetings/call:ask_{one}": [asked({}, BEGUN)] for one in ("kind", "office", "title", "by", "document", "change")},
    "meetings/call:ask_when": [asked({}, BEGUN), asked({}, BEGUN | {"kind": None})],
    "meetings/call:ask_at": [asked({}, BEGUN)],
    "meetings/call:ask_where": [asked({}, BEGUN | one) for one in ({}, WHEN | {"rest": True}, LONG | {"rest": False})],
    "meetings/call:ask_agenda": [asked({}, BEGUN | {"items": one}) for one in ([], AGENDA)],
    "meetings/call:ask_units": [asked({}, BEGUN | {"got": one}) for one in ([], NAMED)],
    "meetings/call:review": [shown({}, one) for one in (BEGUN, BEGUN | {"kind": None}, *REACHED)],
    "meetings/call:nobody": [{}],
    "meetings/call:meanwhile": [{}],
    "meetings/call:already": [{"title": "Conference"}],
    "meetings/call:done": [
        one | {"rest": False, "title": "Conference", "people": people, "empty": empty}
        for one, people, empty in ((WHEN, 1, []), (LONG, 12, ["tobacco"]))
    ],
    "meetings/card:ask_act": [asked({"_meeting": 7}, one) for one in (GONE, *CARDS)],
    "meetings/card:again": [asked({"_meeting": 7}, one) for one in (GONE, *CARDS[:1])],
    "meetings/card:closed": LINES,
    "meetings/card:no_longer": [{}],
    **{
        f"meetings/card:said_{one}": [
            line() | {"words": "Wang", "how": how, "reminded": how == "new", "other": other}
            for how, other in (("new", None), ("same", None), ("changed", None), ("changed", OTHER))
        ]
        for one in ("attend", "deputy", "absent")
    },
    "meetings/card:urged": [{"units": ["tobacco"], "people": 1}, {"units": ["tobacco", "police"], "people": 3}],
    "meetings/card:urged_already": [{}],
    "meetings/card:calendar": [
        {"agenda": agenda, "office": "hq_office", "link": link, "at": AT}
        for agenda, link in (([], ""), (AGENDA, "https://a.cn/b"))
    ],
    "meetings/deputy:ask_who": [asked({"_meeting": 7}, line())],
    "meetings/absent:ask_why": [asked({"_meeting": 7}, line())],
    "meetings/change:ask_what": [asked({"_meeting": 7}, one) for one in (GONE, CHANGED | {"new": None})],
    "meetings/change:review": [shown({"_meeting": 7}, one) for one in (GONE | {"new": None}, CHANGED | {"new": NEW})],
    "meetings/change:ask_change": [shown({"_meeting": 7}, CHANGED | {"new": NEW})],
    "meetings/change:same": [{}],
    "meetings/change:done": [line()],
    "meetings/call_off:ask_why": [asked({"_meeting": 7}, one) for one in (GONE, CHANGED | {"new": None})],
    "meetings/call_off:review": [shown({"_meeting": 7, "why": "No room."}, CHANGED | {"new": None})],
    "meetings/call_off:ask_change": [shown({"_meeting": 7, "why": "No room."}, CHANGED | {"new": None})],
    "meetings/call_off:done": [line(status="cancelled")],
    "meetings/hold:ask_units": [{**asked({"_meeting": 7}, one), "got": got} for one, got in ((GONE, []), (HELD, []), (HELD, ["tobacco"]))],
    "meetings/hold:ask_minutes": [asked({"_meeting": 7}, HELD)],
    "meetings/hold:ask_decisions": [{**asked({"_meeting": 7}, HELD), "got": got} for got in ([], DECISIONS)],
    "meetings/hold:review": [
        shown({"_meeting": 7, "units": ["tobacco"]}, one)
        for one in (GONE, HELD, HELD | {"missed": ["police"], "minutes": "Text.", "files": 2, "decisions": DECISIONS, "duty": "joint_conference"})
    ],
    "meetings/hold:ask_change": [shown({"_meeting": 7, "units": ["tobacco"]}, HELD)],
    "meetings/hold:ask_leave": [{}],
    "meetings/hold:so_far": [shown({"_meeting": 7}, HELD)],
    "meetings/hold:done": [
        line(status="held") | {"duties": duties, "done": done, "rule": rule}
        for duties, done, rule in ((0, [], None), (1, [], "joint_conference"), (5, ["hq_office"], "joint_conference"))
    ],
    "meetings/minutes:ask_minutes": [asked({"_meeting": 7}, one) for one in (GONE, HELD)],
    "meetings/minutes:done": [line(status="held")],
    "meetings/list:list": [{"meetings": one} for one in ([], LINES)],
    "reminders:meeting": [one | {"until": until} for one in TOLD for until in (None, DUE)],
    "reminders:meeting_changed": [one | {"replied": replied} for one in TOLD for replied in (True, False, "absent", "host")],
    "reminders:meeting_otherwise": [
        one | {"unit": "market", "who": "Lin", "reply": reply, "was": was}
        for one in TOLD
        for reply, was in (("attend", "absent"), ("deputy", "attend"))
    ],
    "meetings/card:undecided": [line()],
    "reminders:meeting_cancelled": [one | {"why": why} for one in TOLD for why in ("", "No room.")],
    "reminders:meeting_urged": TOLD,
    "reminders:meeting_minuted": TOLD,
    "reminders:meeting_soon": SOON,
    "reminders:meeting_waits": WAITS,
    **{
        f"common:why_decision_{one}": [{"line": "Something", "earliest": "2026-11-27"}]
        for one in ("no_unit", "no_day", "day_past", "no_task", "too_long", "too_near")
    },
}  # fmt: skip
