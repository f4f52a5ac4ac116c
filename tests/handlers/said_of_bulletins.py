"""The data of the words about what citizens read, as `handlers.bulletins` gives it."""

from typing import Any

from tests.handlers.samples import AT, Data, asked, shown


def read(**changes: Any) -> Data:
    row: Data = {"category": "case", "title": "Forty cartons", "words": "What happened.", "office": "hq_office"}
    return row | {"law": None, "until": None, "at": None} | changes


PIECES = [read(), read(law="customs_law_5", until="2026-12-31", at=AT)]
HINTS = [
    {"kind": kind, "excerpt": "Mr Lin, 13800000000"}
    for kind in ("id", "phone", "plate", "bank", "informant", "reward", "name", "person", "link")
]
STATUSES = ("waiting", "stopped", "returned", "published", "over", "withdrawn", "replaced", "dropped")
BEGUN: Data = {"telling": [], "pictured": False, "corrects": False}
WRITTEN: Data = {"category": "case", "title": "Forty cartons", "words": "What happened.", "picture": None}


def card(piece: Data, status: str = "waiting", **changes: Any) -> Data:
    said: Data = {"piece": piece, "status": status, "remarks": "", "gate": [], "checked": None, "hints": []}
    said |= {
        "by": "Lin",
        "made": AT,
        "decided_by": "",
        "decided": None,
        "ended": None,
        "ended_by": "",
        "asks": "",
        "own": False,
    }
    return said | {"pictures": {"ready": 0, "new": 0, "withheld": 0}, "corrects": False} | changes


GATE = [
    {"asks": "Is it closed?", "answer": "yes", "clause": None},
    {"asks": "A name?", "answer": "no", "clause": "LZ-5.3c"},
]
CARDS = [
    *(card(piece, one) for piece in PIECES for one in STATUSES),
    *(card(PIECES[1], checked=one, gate=GATE, hints=HINTS) for one in ("verified", "secondary", "memory")),
    *(card(PIECES[0], one, remarks="A name.", decided_by="Wu", decided=AT) for one in ("returned", "published")),
    card(
        PIECES[1],
        "withdrawn",
        remarks="A name.",
        ended=AT,
        ended_by="Wu",
        pictures={"ready": 1, "new": 1, "withheld": 1},
    ),
    *(card(PIECES[0], asks=one, own=True, corrects=True) for one in ("", "police")),
]
LAST_LOOKS: list[Data] = [{"piece": PIECES[1], "pictures": n, "corrects": bool(n)} for n in (0, 1)]
LINES = [{"title": "Forty cartons", "category": "case", "at": one} for one in (AT, None)]

SAID_OF_BULLETINS: dict[str, list[Data]] = {
    "bulletins/draft:not_yours": [{}],
    **{
        f"bulletins/draft:ask_{one}": [asked({}, BEGUN)]
        for one in ("office", "category", "title", "words", "until", "law", "change")
    },
    "bulletins/draft:ask_picture": [asked({}, BEGUN | one) for one in ({}, {"pictured": True}, {"corrects": True})],
    "bulletins/draft:ask_checked": [asked({}, BEGUN | {"telling": HINTS})],
    "bulletins/draft:ask_gate": [asked({}, BEGUN | {"asked": "Is it closed?"}, got) for got in ([], [GATE[0]])],
    "bulletins/draft:review": [
        shown(WRITTEN | {"picture": picture}, BEGUN | {"piece": piece, "corrects": corrects, "pictured": corrects})
        for piece in PIECES
        for corrects in (True, False)
        for picture in (None, ["no_picture"], [{"id": 7}])
    ],
    "bulletins/draft:stopped": [{"title": "Cartons", "then": "Wait.", "clause": one} for one in (None, "LZ-5.3c")],
    "bulletins/draft:so_far": [{"answers": one} for one in ({}, WRITTEN)],
    "bulletins/draft:ask_leave": [{}],
    "bulletins/draft:already": [{}],
    "bulletins/draft:done": [{"title": "Cartons", "unit": one} for one in ("", "police")],
    "bulletins/card:ask_act": [asked({"_bulletin": 7}, one) for one in ({"gone": True}, *CARDS)],
    "bulletins/card:again": [asked({"_bulletin": 7}, one) for one in ({"gone": True}, CARDS[0])],
    "bulletins/card:meanwhile": [{}],
    **{
        f"bulletins/approve:{one}": [asked({"_bulletin": 7}, said) for said in ({"gone": True}, *LAST_LOOKS)]
        for one in ("ask_sure", "again")
    },
    "bulletins/card:done": [{"title": "Cartons", "act": one} for one in ("approve", "return", "drop", "withdraw")],
    "bulletins/return:ask_text": [asked({"_bulletin": 7}, {"title": "Cartons"})],
    "bulletins/withdraw:ask_text": [asked({"_bulletin": 7}, {"title": "Cartons"})],
    "bulletins/list:list": [{"pieces": []}]
    + [
        {"pieces": [LINES[0] | {"office": "hq_office", "status": one, "mine": mine} for one in STATUSES]}
        for mine in (True, False)
    ],
    "bulletins/learn:front": [{"warnings": one, "published": bool(one)} for one in ([], LINES[:1])],
    "bulletins/learn:list": [
        {"category": "case", "lines": one, "total": total} for one, total in (([], 0), (LINES, 2), (LINES, 9))
    ],
    "bulletins/learn:one": [{"piece": piece, "corrects": one} for piece in PIECES for one in (True, False)],
    "bulletins/learn:law": [{"title": "Fifty cartons", "text": "Is wholesale.", "law": "customs_law_5"}],
    "bulletins/learn:found": [
        {"words": "cartons", "lines": LINES, "total": total, "direct": direct}
        for total, direct in ((2, True), (9, True), (2, False))
    ],
    "bulletins/learn:asked": [{}],
    "bulletins/learn:beside": [{}],
    "bulletins/learn:none": [{"words": "cartons", "warnings": [], "published": False}],
    "bulletins/learn:gone": [{}],
    "common:why_no_such_law": [{"names": ["Customs Law, art. 5"]}],
    "common:why_which_law": [{"names": ["Customs Law, art. 5"]}],
    "reminders:bulletin": [{"title": "Cartons", "category": "case", "office": "hq_office"}],
    "reminders:bulletin_done": [
        {"title": "Cartons", "act": act, "remarks": remarks}
        for act in ("approve", "return", "drop", "withdraw")
        for remarks in ("", "A name.")
    ],
}
