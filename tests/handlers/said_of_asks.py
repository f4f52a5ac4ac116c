"""The data of the words about what an office asks of units, as `handlers.duties.asking` and `assigned` give it."""

from typing import Any

from tests.handlers.said_of_duties import RUNGS, TODAY, rung
from tests.handlers.samples import AT, DUE, Data, asked, shown

BY: Data = {"by": "2026-11-25", "day": "2026-11-25", "due": DUE, "provisional": False}
MOVED: Data = {"by": "2026-11-28", "day": "2026-11-30", "due": DUE, "provisional": True}
BEGUN: Data = {
    "today": "2026-11-23",
    "earliest": "2026-11-25",
    "telling": [],
    "got": [],
    "towns_there": True,
    "until": "2026-11-25",
}
TELLING = [{"kind": kind, "excerpt": "Mr Lin, 13800000000"} for kind in ("id", "phone", "name")]
SAME = [{"rule": TODAY[0], "period": TODAY[1], "count": count, "due": DUE} for count in (1, 4)]
COSTS = [(1, 5, 5), (11, 15, 165), (4, 15, 60), (1, 1, 1)]
WEIGHED: list[Data] = [
    BEGUN | day | {"count": count, "minutes": minutes, "cost": cost, "soon": soon, "busy": busy, "towns": towns, "same": same}
    for day in (BY, MOVED)
    for (count, minutes, cost), soon, busy, towns, same in (
        (COSTS[0], [], 0, False, []),
        (COSTS[1], [{"unit": "tobacco", "count": 3}, {"unit": "police", "count": 1}], 1, True, SAME),
        (COSTS[2], [{"unit": "tobacco", "count": 3}] * 13, 13, False, SAME[:1]),
        (COSTS[3], [], 0, True, []),
    )
]  # fmt: skip
WRITTEN: Data = {"title": "Checks before the holiday", "words": None, "units": ["tobacco"], "by": "2026-11-25"}
FULL: Data = WRITTEN | {"words": "One line for each shop.", "urgent": "The province asks tonight."}

LINE: Data = {
    "title": "Checks before the holiday",
    "due": DUE,
    "provisional": False,
    "asked": 4,
    "waiting": 3,
    "back": None,
}
LINES: list[Data] = [LINE, LINE | {"provisional": True}, LINE | {"waiting": 0, "back": AT}]
GONE: Data = {"gone": True}


def came(move: str | None, **more: Any) -> Data:
    told: Data = {"unit": "tobacco", "due": DUE, "ended": None, "past": False, "move": move, "at": None, "until": None}
    return told | {"note": "", "away": False} | more


CAME = [
    came(None),
    came(None, past=True, due=AT),
    came(None, away=True),
    came("promised", until=DUE),
    came("redated", until=DUE, note="It can wait."),
    *(came("done", ended=one, note="No. 12 of 2026") for one in ("done", "not_ours", "waived", "taken_back", "proved")),
]
CARDS = [
    asked({"_ask": 7}, GONE),
    *(
        asked({"_ask": 7}, line | {"words": words, "urgent": why, "minutes": minutes, "who": who, "at": AT, "units": CAME})
        for line in LINES
        for words, why, minutes, who in (("", "", 15, "Lin"), ("One line each.", "Tonight.", 1, ""))
    ),
]  # fmt: skip
ABOUT = [asked({"_ask": 7}, one) for one in (GONE, *LINES)]
OF_AN_ASK: Data = {"asked_by": "hq_office", "minutes": 15}

SAID_OF_ASKS: dict[str, list[Data]] = {
    "duties/assign:not_yours": [{}],
    "duties/assign:not_live": [{"live": one} for one in ("2026-12-01", None)],
    **{f"duties/assign:ask_{one}": [asked({}, BEGUN)] for one in ("office", "title", "words", "by", "urgent", "minutes")},
    "duties/assign:ask_units": [asked({}, BEGUN | {"got": got}) for got in ([], ["tobacco", "police"])]
    + [asked({}, BEGUN | {"towns_there": False})],
    "duties/assign:ask_haste": [asked({}, BEGUN | one) for one in (BY, MOVED)],
    "duties/assign:ask_checked": [asked({}, BEGUN | {"telling": TELLING})],
    "duties/assign:unnamed": [
        {"unknown": unknown, "own": own, "deaf": deaf, "several": several, "rest": bool(several)}
        for unknown, own, deaf, several in (
            (["Mars"], [], [], []),
            ([], ["HQ"], [], []),
            ([], [], ["Customs"], []),
            (["Mars", "Venus"], ["HQ"], ["Customs"], [{"words": "bureau", "units": ["tobacco", "market"]}]),
        )
    ],
    "duties/assign:review": [shown(words, one) for words in (WRITTEN, FULL) for one in WEIGHED],
    "duties/assign:already": [{"title": "Checks"}],
    "duties/assign:done": [
        {"title": "Checks", "count": count, "due": DUE, "urgent": urgent} for count in (1, 11) for urgent in (True, False)
    ],
    "duties/assigned:list": [{"asks": one} for one in ([], LINES)],
    "duties/assigned:ask_act": CARDS,
    "duties/assigned:again": ABOUT,
    "duties/lengthen:ask_by": [asked({"_ask": 7}, one | {"earliest": "2026-11-25"}) for one in (GONE, *LINES)],
    "duties/lengthen:ask_reason": ABOUT,
    "duties/lengthen:too_near": [{"earliest": "2026-11-25"}],
    "duties/lengthen:same": [{"due": DUE}],
    "duties/lengthen:done": [{"title": "Checks", "due": DUE, "count": count} for count in (1, 3)],
    "duties/take_back:ask_reason": ABOUT,
    "duties/take_back:review": [shown({"reason": "The plan asks for it."}, one) for one in (GONE, *LINES)],
    "duties/take_back:done": [
        {"title": "Checks", "count": count, "heard": heard} for count, heard in ((1, 0), (3, 1), (3, 3))
    ],
    "reminders:duty_redated": [
        {"rule": TODAY[0], "period": "once", "unit": "tobacco", "by": "hq_office", "until": DUE, "reason": why} for why in ("", "It can wait.")
    ],
    "reminders:duty_taken_back": [{"rule": TODAY[0], "period": "once", "unit": "tobacco", "by": "hq_office", "reason": "The plan asks."}],
}  # fmt: skip

# The same rungs as of the plan, and those of an ask beside them.
RUNGS_OF_ASKS: dict[str, list[Data]] = {
    f"reminders:duty_{one}": [
        case | OF_AN_ASK | {"why": why} for case in rung(one) if not case["suggested"] for why in ("", "The province asks.")
    ]
    for one in RUNGS
}  # fmt: skip
