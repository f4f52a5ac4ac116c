"""The data of the words about matters: as `views.line`, `views.whole`, `making` and the rungs of ladders give it."""

from typing import Any

from tests.handlers.said_of_duties import FILLED, LEFT, SHEET
from tests.handlers.samples import AT, DUE, Data, asked

NUMBER = "LZ-SX-48213067"
REGIME = "lead_notice"
NO_CLOCK: Data = {"due": None, "suggested": False, "provisional": False, "past": False, "days": 0}
CLOCKS = [
    NO_CLOCK,
    NO_CLOCK | {"due": DUE},
    NO_CLOCK | {"due": DUE, "past": True, "days": 3},
    NO_CLOCK | {"due": DUE, "suggested": True, "past": True, "days": 1},
    NO_CLOCK | {"due": DUE, "provisional": True},
]

PULLED = [
    {"regime": REGIME, "number": NUMBER, "signed": names, "posted": names, "unposted": names}
    for names in ([], ["Tobacco", "A bureau elsewhere"])
]

SHUT_OUT = [
    {"regime": REGIME, "number": NUMBER, "units": ["Tobacco", "A bureau elsewhere"], "signed": signed, "over": over}
    for signed in ([], ["Tobacco"])
    for over in (True, False)
]


def line(**changes: Any) -> Data:
    row: Data = {"id": 7531, "number": NUMBER, "regime": REGIME, "unit": "tobacco", "urgent": False, "opened": AT}
    row |= {"over": False, "pulled": False, "title": "", "awaits": False, "mine": []}
    return row | changes


LINES = [
    line(),
    line(title="A store in the east", awaits=True),
    *(line(urgent=True, mine=[{"role": "receiver", "stage": "working"} | one]) for one in CLOCKS),
    line(over=True),
]


def party(**changes: Any) -> Data:
    row: Data = {"role": "receiver", "unit": "tobacco", "label": "", "stage": "waiting", "number": "LZ-HZ-00000001"}
    row |= {"seat": "coordinator", "empty": "", "reached": False}
    return row | {"since": AT, "away": ""} | NO_CLOCK | changes


def roll_line(clock: Data = NO_CLOCK, *, flagged: bool = False) -> Data:
    stands = [{"unit": unit, "stage": "working"} | clock for unit in ("tobacco", "hq_office")]
    return {"number": NUMBER, "unit": "tobacco", "opened": AT, "stands": stands, "flagged": flagged}


def told(**changes: Any) -> Data:
    row: Data = {"at": AT, "move": "sign", "stage": "working", "unit": "tobacco", "who": "Lin", "of": "", "label": ""}
    return (
        row
        | {"until": None, "recorded": False, "late": "", "words": [], "sheet": "", "on": None, "to": [], "standing": ""}
        | changes
    )


COURSE = [
    told(move=""),
    told(to=["Police", "A bureau elsewhere"]),
    told(standing="hq_office"),
    told(late="late", words=["Not ours.", "No. 12"]),
    told(late="suggested", of="hq_office", until=DUE),
    *(told(move=one) for one in ("pulled", "barred", "freed", "rehomed")),
    told(recorded=True, move="by.post", who="", on="2026-11-20", of="hq_office", label="A bureau elsewhere"),
    told(recorded=True, of="hq_office", label="A bureau elsewhere", sheet="What happened: a crowd"),
]


def whole(**changes: Any) -> Data:
    row = line() | {
        "sees": "all",
        "phone": "",
        "calls": False,
        "parties": [],
        "course": [],
        "sheet": "",
        "files": 0,
        "late": [],
        "received": None,
    }
    row |= {"linked": [], "spent": []}
    return asked({"_matter": 7531}, row | changes)


CARDS = [
    asked({"_matter": 7531}, {"gone": True}),
    whole(),
    whole(urgent=True, phone="0772-1234567", title="A crowd"),
    whole(urgent=True, parties=[party(**one) for one in CLOCKS], course=COURSE, sheet="Where: the market", files=2),
    whole(
        parties=[party(empty=one, reached=been) for one in ("stood_for", "nobody") for been in (True, False)],
    ),
    whole(
        parties=[party(label="A bureau elsewhere", away=one) | CLOCKS[2] for one in ("receipt", "answer")],
        over=True,
        files=1,
    ),
    *(
        whole(
            unit="@yangxi", received={"regime": "Lead", "unit": "A bureau", "phone": one, "number": "YX-HZ-1", "by": by}
        )
        for one, by in (("", None), ("1", "2026-11-24"))
    ),
    whole(sees="title", linked=[{"regime": REGIME, "number": NUMBER, "way": one} for one in ("from", "onward")]),
    whole(spent=["Hand back"]),
    whole(sees="number"),
    whole(sees="number", pulled=True, over=True),
]
PICKED = [
    {"role": "Receiver", "names": ["Tobacco", "A bureau elsewhere"], "outside": some}
    for some in ([], ["A bureau elsewhere"])
]
PROPOSED: Data = {"proposed": [], "silent": False, "collide": False}
ROLES: Data = {"roles": ["Receiver"], "single": [], "free": True, "to": []} | PROPOSED
BY_RULES = [
    {"unit": "Tobacco", "why": "Tobacco cases go there", "source": one}
    for one in ("LZ-3.3c", "customs_law_5", "default", "practice", "seed")
]
PROPOSALS = [
    {"proposed": some, "silent": silent, "collide": collide}
    for some in ([], BY_RULES)
    for silent, collide in ((False, False), (True, False), (False, True))
]
SAID = ["reason", "note", "reference"]
PUT: Data = (
    {"regime": REGIME, "called": "Lead notice", "urgent": False, "straight": "send", "from": None} | SHEET | ROLES
) | {"personal": [], "fixed": [], "words": []}
PUTS = [
    PUT,
    PUT | LEFT | {"next": {"code": "all", "name": "All", "unit": None, "hint": None, "choose": True}},
    PUT | FILLED,
]
PUTS += [PUT | {"to": PICKED, "free": False, "single": one} for one in (["Receiver"], [])]
PUTS += [PUT | {"from": {"regime": REGIME, "number": NUMBER, "move": "sign"}}]
PUTS += [
    PUT | {"fixed": ["Tobacco"], "words": [[one, "Why"] for one in SAID], "personal": SAID, "to": one}
    for one in ([], PICKED)
]
PUTS += [PUT | one for one in PROPOSALS]
GONE: Data = {"gone": True}
MOVE: Data = line() | {"move": "hand_back", "recorded": False, "label": "A bureau elsewhere"} | SHEET | ROLES
MOVE |= {"because": "", "personal": ["reason"], "words": [], "fixed": [], "changed": []}
MOVES = [MOVE, MOVE | {"recorded": True}, MOVE | FILLED, MOVE | {"to": PICKED, "free": False}]
MOVES += [MOVE | {"because": "No list", "personal": ["note", "reference"]}, *(MOVE | one for one in PROPOSALS)]
AGAIN = [
    MOVE | {"changed": some, "fixed": some, "to": to, "words": said}
    for some, to, said in (([], [], []), (["Goods"], PICKED, [["reason", "Why"]]))
]
REVIEWS = [
    asked(one, facts)
    for one in (
        {},
        {"how": "write_down"},
        {"reason": "Why", "note": "A word", "reference": "No. 1"},
        {"document": [{"id": 1}]},
        {"document": [{"id": 1}, {"id": 2}]},
    )
    for facts in (GONE, *PUTS, PUT | {"straight": ""})
]


def rung(template: str) -> list[Data]:
    about: Data = {"rule": "incident_card", "period": NUMBER, "unit": "tobacco", "kind": "matter", "due": DUE}
    about |= {"template": template, "first": False, "empty": ["tobacco", "duty"], "tone": "notice", "asked": False}
    about |= {"regime": REGIME, "number": NUMBER, "origin": "hq_office"}
    return [
        about
        | {
            "audience": whose,
            "days": days,
            "suggested": one,
            "provisional": False,
            "urgent": urgent,
            "phone": phone,
            "title": "A crowd · the market" if urgent else "",
            "away": away,
            "waits": {"unit": "tobacco", "label": away and "A bureau elsewhere"} if away else None,
        }
        for whose in ("liaison", "unit_leader", "duty", "coordinators", "leader", "everyone")
        for one, days in ((True, 0), (True, 2), (False, 0), (False, 3))
        for urgent, phone in ((True, "0772-1234567"), (True, ""), (False, ""))
        for away in ("", "receipt", "answer")
    ]


RUNGS = ("alert", "again", "untaken", "due_soon", "due_today", "overdue", "passed_on")
PHONES = ((True, "0772-1234567"), (True, ""), (False, ""))
MADE = line() | {"move": "sign"}
LETTER = ("sender", "title", "numbers", "to", "opening", "columns", "grounds", "closing", "signed", "cut")
LETTER += ("stub_title", "stub_number", "stub", "stub_rows", "stub_back")
LETTERS: list[Data] = [
    {
        "regime": REGIME,
        "number": NUMBER,
        "receipt": "LZ-HZ-00000001",
        "to": "A bureau",
        "sender": "Tobacco",
        "today": AT,
    }
    | {"phone": phone, "sealed": sealed, "clauses": some, "laws": some, "due": due, "suggested": suggested}
    for phone, sealed, some, due, suggested in (
        ("", False, [], None, False),
        ("0772-1234567", False, ["LZ-3.3b"], DUE, False),
        ("0772-1234567", True, ["LZ-3.3b", "LZ-3.3c"], DUE, True),
    )
]
SAID_OF_MATTERS: dict[str, list[Data]] = {
    "matters/list:list": [
        {"matters": rows, "more": more, "starts": starts}
        for rows in ([], LINES)
        for more in (0, 3)
        for starts in (True, False)
    ],
    "matters/list:roll": [
        {"name": "Not in the platform", "regime": REGIME, "flag": flag, "lines": lines, "more": more, "clause": clause}
        for flag, clause in (("Not transferred", "YX-2.10a"), ("", ""))
        for more in (0, 3)
        for lines in ([], [roll_line(flagged=True), *(roll_line(one) for one in CLOCKS)])
    ],
    "matters/card:ask_act": CARDS,
    "matters/card:again": CARDS,
    "matters/card:made": [MADE],
    "matters/card:recorded": [
        {"regime": REGIME, "move": move, "who": who, "unit": "tobacco", "at": AT}
        for move in ("sign", "", "by.post")
        for who in ("Lin", "")
    ],
    "matters/put:done": [line() | {"move": one, "parties": [party()]} for one in ("send", "")],
    "matters/put:review": REVIEWS,
    "matters/put:so_far": [asked({}, PUT | {"sheet": "Where: the market"})],
    **{
        f"matters/put:ask_{name}": [asked({}, one) for one in (GONE, *PUTS)]
        for name in ("unit", "values", "how", "units", "others", "reason", "note", "reference", "document")
    },
    **{
        f"matters/move:ask_{name}": [
            asked({}, one | ({} if one is GONE else {"unit": "tobacco"})) for one in (GONE, *MOVES)
        ]
        for name in ("values", "reason", "note", "reference", "on", "until", "units", "others", "document")
    },
    "matters/move:review": [asked(one, facts) for one in ({}, {"document": [{"id": 1}]}) for facts in (GONE, *AGAIN)],
    **{f"reminders:matter_{one}": rung(one) for one in RUNGS},
    "reminders:matter_pulled": [{"regime": REGIME, "number": NUMBER}],
    "reminders:matter_moved": [
        {"regime": REGIME, "number": NUMBER, "unit": "tobacco", "origin": "hq_office", "move": "sign"}
        | {"urgent": urgent, "phone": phone, "title": "A crowd · the market" if urgent else ""}
        for urgent, phone in PHONES
    ],
    **{
        f"matters/posted:ask_{name}": [asked({}, GONE), asked({}, line() | {"to": "A bureau elsewhere"})]
        for name in ("on", "reference")
    },
    "matters/posted:done": [line()],
    "matters/card:letter": [line() | {"to": "A bureau elsewhere"}],
    **{f"matters/letter:{one}": LETTERS for one in LETTER},
    "common:why_no_such_unit": [{"words": "the bureau"}],
    "matters/list:theirs": [{"called": "Lead notice", "who": ["Towns", "Tobacco"], "seat": "liaison"}],
    "common:why_names_identity": [{}],
    "matters/move:ask_sure": [
        asked({"reason": "13800000000", "note": "x", "reference": "x"}, one) for one in (GONE, *MOVES)
    ],
    "common:why_only_one": [{"role": "Receiver"}],
    "common:why_before_it": [{"begun": "2026-11-23"}],
    "common:why_several_units": [{"words": "bureau", "names": ["Tobacco", "Police"]}],
    "common:why_not_to_yourself": [{"words": "the bureau"}],
    "common:why_not_this_unit": [{"words": "the bureau"}],
}
