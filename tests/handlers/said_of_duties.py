"""The data of the words about duties of the plan: as `owed.line`, `owed.whole`, `owed.tell` and the rungs of ladders give it."""

from typing import Any

from tests.handlers.samples import AT, DUE, NUMBER, Data, asked, shown

PERIODS = ("2026-11", "2026-Q4", "2026-H2", "2026", "once", "2026-05-28", "first")
TODAY = ("monthly_operation", "2026-11", "tobacco")
MOVES = (
    *("filed", "done", "promised", "asked", "extended", "refused", "delegated", "not_ours", "help", "urged"),
    *("taken_over", "waived", "returned", "taken", "noted", "recounted", "vacant_liaison", "vacant_leader"),
    *("redated", "taken_back"),
)
WITH_A_DAY = ("promised", "asked", "extended", "returned", "recounted", "redated")


def owed(**changes: Any) -> Data:
    rule, period, unit = TODAY
    row: Data = {"id": 7531, "rule": rule, "period": period, "unit": unit, "due": DUE}
    row |= {"suggested": False, "provisional": False, "past": False, "days": 0, "asked_until": None, "extended": False}
    row |= {"promised": None, "away": False}
    row |= {"theirs": False, "waits": None}
    return row | {"who": "", "ended": None, "closed": None} | changes


GONE = {"gone": True}
DECISIONS: list[Data] = [
    {"what": "asked", "rule": TODAY[0], "period": TODAY[1], "unit": TODAY[2], "until": DUE},
    {"what": "filed", "rule": TODAY[0], "period": TODAY[1], "unit": TODAY[2], "at": AT},
    {"what": "nobody", "regime": "lead_notice", "number": "LZ-SX-48213067", "unit": TODAY[2]},
    {"what": "succession", "unit": TODAY[2], "seat": "liaison"},
]
PASSED = [owed(suggested=True, past=True, days=days) for days in (0, 1, 3)] + [
    owed(provisional=True, past=True, days=3)
]
OWED = [
    *(owed(period=one) for one in PERIODS),
    *(owed(past=True, days=days, who="Lin") for days in (0, 1, 3)),
    owed(suggested=True),
    *(owed(waits={"to": "A bureau elsewhere", "what": one}) for one in ("receipt", "answer")),
    owed(suggested=True, provisional=True),
    owed(provisional=True),
    owed(asked_until=DUE),
    owed(theirs=True, who="Lin"),
    owed(promised=DUE),
    owed(away=True),
    *PASSED,
]


def whole(line: Data, **changes: Any) -> Data:
    told: Data = {"to": ["hq_office"], "clause": "LZ-3.3b", "law": None, "origin": "seed", "tone": "notice"}
    told |= {"matter": None}
    told |= {"course": [], "receipts": [], "nil": False, "revision": 0, "own": True, "sheet": "", "asked": None}
    return asked({"_duty": 7531}, line | told | changes)


def step(move: str) -> Data:
    by, note = ("", "") if move.startswith("vacant") else ("Lin", "No. 12 of 2026")
    line: Data = {"move": move, "at": AT, "person": 5 if by else None, "unit": "tobacco", "who": by, "note": note}
    return line | {"until": DUE if move in WITH_A_DAY else None}


def receipt(status: str) -> Data:
    about = {"unit": "hq_office", "number": "LZ-BS-48213067", "status": status, "at": AT}
    return about | {"remarks": "The total is missing." if status == "returned" else ""}


RECEIPTS = [receipt(one) for one in ("sent", "taken", "returned")]
COURSES = [[step(one) for one in MOVES[at : at + 4]] for at in range(0, len(MOVES), 4)]
CARDS = [
    asked({"_duty": 7531}, GONE),
    *(whole(one) for one in OWED),
    *(whole(owed(), course=one) for one in COURSES),
    whole(owed(), to=[], clause=None, law="tobacco_procedure_33"),
    *(
        whole(owed(), clause=None, asked={"by": "hq_office", "why": why, "minutes": 15} | words)
        for why in ("", "The province asks.")
        for words in ({"words": "One line for each shop.", "withheld": False}, {"words": "", "withheld": True})
    ),
    whole(owed(suggested=True), to=["hq_office", "county_gov"], law="tobacco_procedure_33", origin="default"),
    *(whole(owed(suggested=True), to=[], clause=None, origin=one) for one in ("default", "practice")),
    *(
        whole(owed(ended=one, closed=AT))
        for one in ("filed", "done", "proved", "not_ours", "waived", "history", "taken_back")
    ),
    whole(owed(ended="filed", closed=AT, past=True, days=3), receipts=RECEIPTS, revision=1, own=False),
    whole(owed(ended="filed", closed=AT), receipts=RECEIPTS[:1], nil=True, revision=2),
]
ABOUT = [asked({"_duty": 7531}, one) for one in (GONE, *OWED)]  # the question of an answer


# -- pushes --------------------------------------------------------------------------------------------------------------

RUNGS = ("alert", "again", "untaken", "due_soon", "due_today", "overdue", "passed_on")
IN_THE_UNIT = ("liaison", "unit_leader", "duty")
AUDIENCES = (*IN_THE_UNIT, "coordinators", "leader", "everyone")


def rung(template: str) -> list[Data]:
    """Told to whoever hears of such a date, before it or after it. One that is not firm leaves its unit to nobody, and
    nobody is asked for more time on it."""
    rule, period, unit = TODAY
    told: Data = {"rule": rule, "period": period, "unit": unit, "kind": "asked", "due": DUE, "template": template}
    told |= {"first": False, "empty": ["tobacco", "duty"] if template == "passed_on" else None}
    return [
        told | {"audience": whose, "tone": tone, "asked": waits, "days": days, "suggested": one, "provisional": other}
        for one, other in ((True, False), (False, True), (False, False))
        for days in (0, 1, 3)
        for waits in ((False,) if one or other else (True, False))
        for tone in ("notice", "request")
        for whose in (IN_THE_UNIT if one or other else AUDIENCES)
    ]


MOVED = [one | {"template": "moved"} for one in rung("due_soon")]
CALENDAR: Data = {"year": 2027, "kind": "calendar", "due": DUE, "audience": "coordinators", "unit": "hq_office"}
UNSEEN: Data = {
    "rule": TODAY[0],
    "period": TODAY[1],
    "filed_by": TODAY[2],
    "filed_at": AT,
    "kind": "unseen",
    "due": DUE,
}
UNSEEN |= {"audience": "coordinators", "unit": "hq_office", "suggested": True, "template": "again", "days": 0}
UNSEEN |= {"first": False, "empty": None}
CALENDAR |= {"suggested": True, "template": "again", "days": 0, "first": False, "empty": None}

# -- a year's notice on days off -----------------------------------------------------------------------------------------

NOTICE: Data = {"year": 2027, "notice": "", "dated": None, "rest": [], "work": [], "unread": [], "doubts": []}
NOTICE |= {"odd_year": False, "replaces": None, "off": [], "worked": [], "moves": [], "settled": 0, "elsewhere": 0}
WHOLE_NOTICE: Data = {"notice": "No. 7 of 2026", "dated": "2026-11-04", "off": ["2027-01-01"], "worked": ["2027-01-03"]}
WHOLE_NOTICE |= {"rest": [["2026-12-31", "2027-01-02"], ["2027-04-05", "2027-04-05"]], "work": ["2027-01-03"]}
MOVES_OF_YEAR = [{"rule": one, "count": 3, "from": "2026-12-31", "to": "2027-01-04"} for one in (TODAY[0], "")]
NOTICES = [
    NOTICE,
    NOTICE | WHOLE_NOTICE | {"moves": MOVES_OF_YEAR, "settled": 2, "elsewhere": 1},
    NOTICE | {"doubts": ["A line may be missing."], "unread": ["as the case may be"], "odd_year": True, "elsewhere": 2},
    NOTICE | {"work": [f"2027-03-{day:02}" for day in range(1, 26)]},
    *(NOTICE | {"replaces": {"notice": "No. 6", "same": same}} for same in (True, False)),
]
KNOWN: Data = {"first": 2022, "last": 2026, "notice": "No. 7 of 2025"}


def news(**data: Any) -> list[Data]:
    rule, period, unit = TODAY
    return [{"rule": rule, "period": one, "unit": unit} | data for one in (period, "once")]


NEWS: dict[str, list[Data]] = {
    **dict.fromkeys(("done", "delegated", "not_ours", "help", "urged", "taken_over"), news()),
    "filed": [case for nil in (True, False) for n in (1, 2) for case in news(nil=nil, revision=n)],
    "returned": news(receiver="hq_office", until=DUE),
    "taken": news(receiver="hq_office", number="LZ-BS-48213067"),
    **dict.fromkeys(("asked", "extended"), news(until=DUE)),
    **dict.fromkeys(("refused", "waived"), news(reason="The report upward is due the day after.")),
}
ASKED = [
    {"rule": rule, "period": period, "provisional": False, "tone": "notice", "asked": False, "unit": unit}
    for rule, period, unit in (TODAY, ("town_body", "once", "hq_office"))
]

REFUSED = (
    *(
        "empty",
        "want_number",
        "wrong_unit",
        "negative",
        "too_large",
        "too_small",
        "too_fine",
        "want_yes_no",
        "want_choice",
        "want_day",
        "want_which_week",
    ),
    *(
        "want_year",
        "day_not_ahead",
        "day_not_behind",
        "no_such_day",
        "too_long",
        "names_person",
        "computed",
        "given_twice",
        "too_many_items",
    ),
)
LINE: Data = {"name": "Cases", "words": "some", "given": "boxes", "allowed": ["pieces"], "most": 9, "least": 1}
LINE |= {"places": 2, "nearest": "0.33", "limit": 40, "length": 41, "options": ["Oil", "Frozen goods"], "hint": None}
ODDS = [
    {"why": why, "hard": why == "odds_equal", "left": ["Cases", "Fines"], "right": ["All"], **more}
    for why in ("odds_equal", "odds_at_most", "odds_ratio")
    for more in ({}, {"left_is": "3", "right_is": "2"})
]
SHEET: Data = {"sheet": "", "missing": [], "next": None, "optional": [], "odds": [], "unusual": [], "nil": False}
SHEET |= {"document": False, "files": 0, "remarks": [], "begun": False, "hard": False, "hint": None}
UNUSUAL = [{"name": "Fines", "why": why} for why in ("more", "person")]
FILLED = {"sheet": "Cases: 3\nFines: 2", "optional": ["Experience"], "odds": ODDS, "unusual": UNUSUAL}
LEFT = {"missing": ["All"], "optional": ["Experience"]}
SHEETS = [
    owed() | SHEET,
    *(
        owed() | SHEET | LEFT | {"next": {"code": "all", "name": "All", "unit": unit, "hint": None, "choose": False}}
        for unit in ("cases", None)
    ),
    owed() | SHEET | FILLED,
    owed() | SHEET | FILLED | {"begun": True, "hard": True, "remarks": [{"unit": "hq_office", "remarks": "No total."}]},
    owed() | SHEET | {"document": True, "files": 2},
    owed() | SHEET | LEFT | {"hint": "No names."},
    *(
        owed() | SHEET | LEFT | {"next": {"code": "all", "name": "All", "unit": None, "hint": hint, "choose": True}}
        for hint in (None, "Names stand in the letter")
    ),
    owed() | SHEET | {"document": True},
]

WAITING = [
    one | {"returned": returned, "not_ours": not_ours}
    for one in OWED
    for returned, not_ours in ((False, False), (True, False), (False, True))
]

SAID_OF_DUTIES: dict[str, list[Data]] = {
    "duties/card:ask_act": [
        *CARDS,
        *(
            whole(owed(), to=[], matter={"regime": "criminal_transfer", "number": NUMBER, "to": to})
            for to in ([], ["police", "procuratorate"])
        ),
    ],
    "duties/card:again": ABOUT,
    "duties/card:recorded": [
        {"move": "", "who": "", "at": None},
        *({"move": one["move"], "who": one["who"], "at": AT} for course in COURSES for one in course),
    ],
    **{f"duties/card:{one}": OWED for one in ("urged", "taken_over", "noted")},
    "duties/card:phone": [{"unit": "tobacco", "phone": one} for one in ("0772-0000000", None)],
    "duties/which:several": [{}],
    "duties/which:none_waits": [{"words": "Monthly report"}],
    "common:why_filing_unknown": [{"words": "Planes: 3", "name": one} for one in ("", "Planes")],
    "duties/which:ask_duty": [asked({"_words": "done"}, {"words": "done", "owed": OWED})],
    "duties/file:ask_values": [asked({"_duty": 7531}, one) for one in (GONE, *SHEETS)],
    "duties/file:ask_document": [asked({"_duty": 7531}, one) for one in (GONE, *SHEETS)],
    "duties/file:review": [
        *(shown({}, one) for one in SHEETS),
        shown({"document": [{"id": 1}]}, SHEETS[-1]),
        shown({}, SHEETS[0] | {"nil": True}),
    ],
    "duties/file:took": [{"name": "Cases", "value": "3"}],
    "common:why_filing_optional": [{"optional": one} for one in ([], ["Experience"])],
    "common:why_filing_not_yet": [
        {"missing": missing, "hard": hard} for missing in ([], ["All"]) for hard in (True, False)
    ],
    "duties/file:so_far": [shown({}, SHEETS[3])],
    "duties/file:done": [
        owed() | {"receipts": receipts, "nil": nil, "late": nil}
        for receipts in ([], [{"unit": "hq_office", "number": "LZ-BS-48213067"}])
        for nil in (True, False)
    ],
    **{
        f"common:why_filing_{one}": [LINE, LINE | {"options": [], "hint": "Names stand in the letter"}]
        for one in REFUSED
    },
    "duties/done:ask_reference": ABOUT,
    "duties/done:done": OWED,
    "duties/promise:ask_until": ABOUT,
    "duties/promise:done": [one | {"until": DUE, "cut": cut} for one in OWED for cut in (True, False)],
    "duties/extend:ask_until": ABOUT,
    "duties/extend:ask_reason": [
        {"facts": one["facts"] | {"decides": by, "asks": bool(by)}}
        for one in ABOUT
        for by in ([], ["hq_office", "police"])
    ],
    "duties/extend:by_law": [one | {"law": "criminal_transfer_5"} for one in OWED],
    "duties/extend:in_time": OWED,
    "duties/extend:asked": [one | {"until": DUE} for one in OWED],
    "duties/extend:done": [{"until": DUE}],
    "duties/prolong:ask_until": ABOUT,
    "duties/prolong:ask_reason": ABOUT,
    "duties/other:ask_act": ABOUT,
    "duties/delegate:ask_person": ABOUT,
    "duties/delegate:nobody": [{}],
    "duties/delegate:done": [{"who": "Lin"}],
    "duties/not_ours:ask_reason": ABOUT,
    "duties/not_ours:done": OWED,
    "duties/help:ask_words": ABOUT,
    "duties/help:done": OWED,
    "duties/refuse:ask_reason": ABOUT,
    "duties/refuse:done": OWED,
    "duties/waive:ask_reason": ABOUT,
    "duties/waive:review": [shown({"reason": "Reported by the county"}, one) for one in (GONE, *OWED)],
    "duties/waive:done": OWED,
    "duties/card:taken": [one | {"number": "LZ-BS-48213067"} for one in OWED],
    "duties/return:ask_remarks": ABOUT,
    "duties/return:review": [shown({"remarks": "The total is missing."}, one) for one in (GONE, *OWED)],
    "duties/return:done": OWED,
    "duties/calendar:ask_text": [asked({}, KNOWN), asked({}, KNOWN | {"notice": ""})],
    "duties/calendar:review": [shown({"text": "off 2027-01-01"}, one) for one in NOTICES],
    "duties/calendar:done": [{"year": 2027, "moved": moved} for moved in (0, 1, 4)],
    "duties/calendar:known": [KNOWN],
    "common:why_calendar_unread": [{"why": "No holidays found."}],
    "common:why_calendar_impossible": [{"doubts": ["2027-01-04 is no weekend day."]}],
    "reminders:calendar": [CALENDAR],
    "reminders:unseen": [UNSEEN],
    "reminders:duties_urged": [{"items": [{"rule": TODAY[0], "period": TODAY[1], "unit": TODAY[2]}] * 2}],
    "duties/urge_all:ask_act": [asked({}, {"count": n, "units": ["tobacco"] * n}) for n in (1, 3, 12)],
    "duties/take_over:ask_sure": ABOUT,
    "duties/urge_all:done": [{"count": 3}],
    "reminders:moved": [
        *MOVED,
        *({"number": NUMBER, "kind": "receive", "due": DUE, "suggested": one} for one in (True, False)),
        *({"number": NUMBER, "kind": one, "due": DUE, "suggested": False} for one in ("triage", "sign", "decide")),
    ],
    "duties/board:list": [
        {"own": [], "cases": [], "page": []},
        {"waits": DECISIONS, "own": [], "cases": [], "page": []},
        {"watched": OWED, "own": [], "cases": [], "page": []},
        {"own": OWED, "cases": [], "page": [1, 20, 45]},
        *(
            {
                "own": [],
                "page": [],
                "cases": [
                    {"rule": TODAY[0], "period": one, "due": DUE, "answered": 12, "open": 8, "waiting": WAITING} | rest
                    for one in PERIODS
                ],
            }
            for rest in ({"excused": 0, "history": 0}, {"excused": 1, "history": 2})
        ),
    ],
    **{f"reminders:duty_{one}": rung(one) for one in RUNGS},
    **{f"reminders:duty_{one}": cases for one, cases in NEWS.items()},
}

# A proposed or a provisional date has passed: nobody is late.
PROPOSED_OF_DUTIES: dict[str, list[Data]] = {
    "duties/card:ask_act": [whole(one, course=course) for one in PASSED for course in COURSES],
    **{
        f"duties/{block}": [asked({"_duty": 7531}, one | {"asks": False}) for one in PASSED]
        for block in (
            "promise:ask_until",
            "extend:ask_until",
            "extend:ask_reason",
            "other:ask_act",
            "not_ours:ask_reason",
        )
    },
    **{
        f"duties/{block}": PASSED
        for block in ("done:done", "not_ours:done", "help:done", "extend:in_time", "card:noted")
    },
    "duties/promise:done": [one | {"until": DUE, "cut": True} for one in PASSED],
    **{
        f"reminders:duty_{one}": [case for case in rung(one) if case["suggested"] or case["provisional"]]
        for one in RUNGS
    },
}
