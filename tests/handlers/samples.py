"""What a conversation hands to its words, as it looks in real use: for each block one or more cases, the bare one included.

`SAID` holds the data of every block that needs any, `GIVEN` the facts a form's questions look at to offer their choices.
Everything in `SAID` is plain JSON, because that is what a message carries.
"""

from types import SimpleNamespace
from typing import Any

from handlers.coordinators.case import MOVES
from rules import routing
from rules.county import Plan

Data = dict[str, Any]

NUMBER, OTHER, PASSWORD = "LZ-12345678", "LZ-87654321", "K7QM-2XWE-90TD-V4HB"
AT, DUE = "2026-11-23T01:05:00+00:00", "2026-11-25T16:00:00+00:00"  # the end of 25 November in the county
STORY = "Boxes without labels, unloaded from a van."


# -- pieces that several blocks share --------------------------------------------------------------------------------


def clock(kind: str, *, suggested: bool = False, late: bool = False, unit: str = "tobacco") -> Data:
    return {"kind": kind, "unit": unit, "due": DUE, "suggested": suggested, "late": late}


KINDS = ("receive", "sign", "decide", "tell_filing")
CLOCKS = [clock(kind, suggested=one, late=other) for kind in KINDS for one in (True, False) for other in (True, False)]
ONLY_SUGGESTED = [clock(kind, suggested=True, late=True) for kind in KINDS]


def register(status: str = "received", **changes: Any) -> Data:
    row = {"number": NUMBER, "status": status, "urgent": False, "received": AT, "changed": AT, "days": 0, "late": False}
    return row | {"clocks": [], "taken_by": "", "mine": False, "outcome": None} | changes


REGISTERS = [
    register(),
    register(urgent=True, days=1, late=True, clocks=CLOCKS),
    register("taken", taken_by="Lin", mine=True, days=3, clocks=[clock("decide")]),
    register("handed", taken_by="Lin", days=12),
    register("merged", taken_by="Lin"),
    register("withdrawn"),
    *(
        register("closed", outcome=one, taken_by="Lin")
        for one in ("confirmed", "not_confirmed", "passed_on", "spam", "outside")
    ),
]


def lead(status: str = "sent", **changes: Any) -> Data:
    return {
        "number": NUMBER,
        "unit": "tobacco",
        "status": status,
        "at": AT,
        "final": False,
        "clocks": [],
        "late": False,
    } | changes


LEADS = [
    lead(clocks=CLOCKS, late=True),
    lead("signed", final=True, clocks=[clock("decide")]),
    *(lead(one) for one in ("returned", "recalled", "closed")),
]


def file(n: int, family: str, state: str, reason: str | None = None) -> Data:
    about = {"id": 9000 + n, "n": n, "family": family, "state": state, "reason": reason}
    return about | {"size": 1_234_567, "opened": False, "digest": "0123456789abcdef"}


WITHHELD = ("video", "voice", "heic", "old_office", "encrypted", "uncleanable", "damaged")
FILES = [
    file(1, "image", "ready"),
    file(2, "document", "new"),
    file(3, "text", "refused", "damaged"),
    *(file(4 + n, "voice" if one == "voice" else "video", "withheld", one) for n, one in enumerate(WITHHELD)),
]


def card(row: Data, content: Data, **changes: Any) -> Data:
    bare: Data = {"content": content, "goods": None, "named": False, "reward": False, "involved": [], "dialogue": []}
    return {"answers": {"_tip": 1}, "got": [], "facts": row | bare | {"files": [], "alike": [], "handed": []} | changes}


FULL_CARD = {
    "goods": "tobacco",
    "named": True,
    "reward": True,
    "involved": ["market", "police"],
    "files": FILES,
    "dialogue": [
        {"at": AT, "author": "office", "text": "Which day?", "seen": True},
        {"at": AT, "author": "citizen", "text": "Sundays.", "seen": True},
        {"at": AT, "author": "office", "text": "Thank you.", "seen": False},
    ],
    "alike": [{"number": OTHER, "by": ["plate", "phone", "link", "parcel", "place", "week"]}],
    "handed": [
        {"unit": "tobacco", "status": one, "at": AT} for one in ("sent", "signed", "returned", "recalled", "closed")
    ],
}

COURSE = (
    *("received", "added", "exposed", "withdrawn", "withdraw_noted", "taken", "taken_over", "asked", "noted", "merged"),
    *(
        "merged_here",
        "identity_opened",
        "file_opened",
        "handed",
        "recalled",
        "signed",
        "returned",
        "progress",
        "prolonged",
    ),
    *("unit_confirmed", "unit_not_confirmed", "unit_passed_on", "closed"),
)
BY_CITIZEN = ("received", "added", "exposed", "withdrawn", "withdraw_noted")


def step(move: str) -> Data:
    citizen = move in BY_CITIZEN
    line = {"at": AT, "move": move, "who": "" if citizen else "Lin", "actor": "citizen" if citizen else "staff"}
    rest = {"unit": "tobacco" if move in ("handed", "signed") else None, "note": "" if citizen else "9001"}
    return line | rest | {"late": move == "signed", "corrects": move == "noted"}


def asked(answers: Data | None = None, facts: Data | None = None, got: list[Any] | None = None) -> Data:
    """As `dialog.ask` gives it to `ask_…`."""
    return {"answers": answers or {}, "facts": facts or {}, "got": got or []}


def shown(answers: Data, facts: Data | None = None) -> Data:
    """As `dialog` gives it to `review` and `ask_change`."""
    return {"answers": answers, "facts": facts or {}}


TIP: Data = {"what": STORY, "now": "no", "where": "At the old pier"}
TIP_FULL: Data = TIP | {
    "now": "unsure",
    "where": {"lat": 24.47251, "lon": 109.73523},
    "goods": "tobacco",
    "kind": "smuggling",
    "when": "Sundays",
    "who": "A white van",
    "files": [{"id": 1, "name": "van.jpg", "family": "image", "size": 120_000}],
    "involved": ["market", "officials"],
    "reward": "yes",
    "named": "named",
    "contact": "by post",
    "notify": "yes",
}
TIP_SKIPPED: Data = (
    TIP
    | {"where": {"told": True}, "involved": ["none"], "reward": "no", "named": "anonymous", "notify": "no"}
    | dict.fromkeys(("goods", "kind", "when", "who", "files"))
)
CITIZEN, ORAL = {"source": "citizen"}, {"source": "oral"}

RECEIPT = {"_number": NUMBER, "_password": PASSWORD, "_mark": "1"}
HOTLINES = [
    {"name": "County tip line", "number": None, "when": "Tips"},
    {"name": "Police", "number": "110", "when": "Danger"},
    {"name": "Tobacco", "number": "12313", "when": "Tobacco"},
]


def status(row: str = "received", **changes: Any) -> Data:
    facts: Data = {
        "number": NUMBER,
        "status": row,
        "outcome": None,
        "received": AT,
        "changed": AT,
        "next": None,
        "replies": [],
    }
    return asked({"_tip": 1}, facts | {"notify": False} | changes)


HAND_FACTS: Data = {"suggested": [], "draft": STORY, "telling": [], "text": "", "withheld": 0}
WARNED = [{"kind": one, "excerpt": "my neighbour"} for one in ("id", "phone", "first_person", "near")]
SUGGESTED = [
    {"unit": "tobacco", "why": {"zh": "涉烟", "en": "Tobacco"}, "source": "LZ-3.3c", "outside": False},
    {"unit": "police", "why": {"zh": "涉嫌犯罪", "en": "A crime"}, "source": "customs_law_5", "outside": False},
    {"unit": "market", "why": {"zh": "无合法来源", "en": "No lawful source"}, "source": "default", "outside": False},
    {"unit": "liuzhou_customs", "why": {"zh": "走私", "en": "Smuggling"}, "source": "practice", "outside": True},
]
HANDED: Data = {"units": ["tobacco", "market"], "copy": {"text": STORY}, "checked": "yes", "files": ["9001", "9002"]}

TIP_QUESTIONS = (
    "what",
    "now",
    "where",
    "goods",
    "kind",
    "when",
    "who",
    "files",
    "involved",
    "reward",
    "named",
    "contact",
    "notify",
)


def reminder(kind: str) -> list[Data]:
    """A rung of a ladder, told to anybody, late or not, on a legal or a proposed clock."""
    audiences = ("intake", "sealed", "liaison", "unit_leader", "coordinators", "leader", "duty", "everyone")
    told = {"number": NUMBER, "kind": kind, "due": DUE, "unit": "tobacco"}
    return [told | {"suggested": one, "audience": other} for one in (True, False) for other in audiences]


TEMPLATES = ("alert", "again", "untaken", "due_soon", "due_today", "overdue")

SAID: dict[str, list[Data]] = {
    # -- citizens ----------------------------------------------------------------------------------------------------
    **{f"citizens/tip:ask_{one}": [asked({}, CITIZEN), asked({"_source": "oral"}, ORAL)] for one in TIP_QUESTIONS},
    "citizens/tip:ask_files": [asked(TIP, CITIZEN), asked(TIP, ORAL, TIP_FULL["files"])],
    "citizens/tip:ask_involved": [asked(TIP, CITIZEN), asked(TIP, ORAL, ["market", "officials"])],
    "citizens/tip:ask_change": [shown(TIP, CITIZEN)],
    "citizens/tip:review": [shown(one, who) for one in (TIP, TIP_FULL, TIP_SKIPPED) for who in (CITIZEN, ORAL)],
    "citizens/tip:opened": [{}, {"source": "oral"}],
    "citizens/tip:urgent": [{}, {"source": "oral"}],
    "citizens/tip:not_taken": [{"outside": {"name": "Discipline hotline", "number": "12388"}}],
    **{
        f"citizens/tip:{one}": [{"number": NUMBER, "password": PASSWORD, "urgent": now} for now in (True, False)]
        for one in ("receipt", "read_out")
    },
    "citizens/receipt:ask_four": [asked(RECEIPT, {"number": NUMBER})],
    "citizens/receipt:later": [{"number": NUMBER}],
    "citizens/receipt:kept": [{"number": NUMBER}],
    "citizens/answers:hello": [{"hotlines": HOTLINES}],
    "citizens/answers:hotlines": [{"hotlines": HOTLINES}],
    "citizens/find:ask_number": [asked()],
    "citizens/find:ask_password": [asked({"number": NUMBER})],
    "citizens/find:no_match": [{"seconds": 1}, {"seconds": 60}],
    "citizens/card:ask_act": [
        *(status(one) for one in ("received", "taken", "handed", "merged", "withdrawn")),
        *(status("closed", outcome=one) for one in ("confirmed", "not_confirmed", "passed_on", "outside", "spam")),
        *(status(next=one, notify=True) for one in CLOCKS),
        status("handed", replies=[{"at": AT, "author": "office", "text": "Which day?", "seen": False}]),
    ],
    "citizens/card:you_have_a_reply": [{"number": NUMBER}],
    "citizens/add:ask_more": [asked({"_tip": 1}), asked({"_tip": 1}, got=["On Sundays."])],
    "citizens/withdraw:ask_sure": [asked({"_tip": 1}, {"handed": one}) for one in (True, False)],
    # -- coordinators ------------------------------------------------------------------------------------------------
    "coordinators/case:ask_act": [
        asked({"_tip": 1}, {"gone": True}),
        *(card(one, {"what": STORY, "where": {"told": True}, "now": "yes"}) for one in REGISTERS),
        card(register(clocks=CLOCKS), {"where": {"lat": 24.4, "lon": 109.7}, "now": "no"}),
        card(register(urgent=True), TIP_FULL | {"where": "At the old pier"}, **FULL_CARD),
    ],
    "coordinators/case:taken": [{"number": NUMBER, "late": one} for one in (True, False)],
    "coordinators/case:taken_by": [{"name": "Lin"}, {"name": ""}],
    "coordinators/ask:review": [shown({"text": "Which day?"})],
    "coordinators/ask:done": [{"told": one} for one in (True, False)],
    "coordinators/mark:review": [
        shown({"what": "spam", "reason": "Adverts"}),
        shown({"what": "outside", "where": "consumer", "reason": "A refund"}),
    ],
    "coordinators/mark:done": [{"what": one, "number": NUMBER} for one in ("spam", "outside")],
    "coordinators/merge:ask_into": [asked({}, {"likely": []}), asked({}, {"likely": FULL_CARD["alike"]})],
    "coordinators/merge:review": [shown({"into": OTHER}, {"likely": []})],
    "coordinators/merge:done": [{"number": NUMBER, "into": OTHER}],
    "coordinators/close:ask_outcome": [asked({}, {"working": one}) for one in ([], ["tobacco", "market"])],
    "coordinators/close:review": [
        shown({"outcome": one, "words": "Thank you."}, {"working": [one]})
        for one in ("confirmed", "not_confirmed", "passed_on")
    ],
    "coordinators/close:done": [{"number": NUMBER}],
    "coordinators/identity:review": [shown({"motive": "To tell them"})],
    "coordinators/identity:shown": [{"contact": "by post"}, {"contact": ""}],
    "coordinators/course:ask_back": [
        asked({}, {"course": [], "opened": [], "number": NUMBER}),
        asked(
            {},
            {
                "course": [step(one) for one in COURSE],
                "opened": [{"unit": "tobacco", "at": AT, "who": "Lin"}],
                "number": NUMBER,
            },
        ),
    ],
    "coordinators/correct:ask_text": [asked({}, {"old": one}) for one in ("Wrong day", "")],
    "coordinators/correct:review": [shown({"text": "Sunday", "reason": "A slip"}, {"old": "Monday"})],
    "coordinators/hand:ask_units": [
        asked({}, HAND_FACTS),
        asked({}, HAND_FACTS | {"suggested": SUGGESTED}, ["tobacco", "market"]),
    ],
    "coordinators/hand:ask_copy": [asked({"units": ["tobacco"]}, HAND_FACTS)],
    "coordinators/hand:ask_checked": [asked(HANDED, HAND_FACTS | {"telling": WARNED, "text": STORY})],
    "coordinators/hand:ask_files": [asked(HANDED, HAND_FACTS | {"withheld": 2}), asked(HANDED, HAND_FACTS, ["9001"])],
    "coordinators/hand:review": [
        shown(HANDED, HAND_FACTS | {"telling": WARNED, "text": STORY, "withheld": 1}),
        shown({"units": ["tobacco"], "copy": {"as_is": True}, "files": ["no_files"]}, HAND_FACTS | {"text": STORY}),
        shown({"units": ["tobacco"], "copy": {"as_is": True}}, HAND_FACTS | {"text": STORY}),
    ],
    "coordinators/hand:done": [
        {"units": one, "number": NUMBER, "vacant": one} for one in ([], ["tobacco"], ["tobacco", "market"])
    ],
    "coordinators/recall:review": [shown({"which": "77.tobacco", "reason": "Wrong unit"})],
    "coordinators/recall:done": [
        {"unit": "tobacco", "opened": AT, "who": "Lin"},
        {"unit": "tobacco", "opened": None, "who": ""},
    ],
    # -- units -------------------------------------------------------------------------------------------------------
    "liaisons/lead:ask_act": [
        asked({"_lead": 1}, {"gone": True}),
        *(asked({"_lead": 1}, one | {"text": STORY, "files": n}) for n, one in enumerate(LEADS)),
    ],
    "liaisons/lead:signed": [{"number": NUMBER, "late": one} for one in (True, False)],
    "liaisons/give_back:review": [shown({"reason": "Not ours", "right": one}) for one in ("market", "nobody")],
    "liaisons/give_back:done": [{"number": NUMBER}],
    "liaisons/prolong:done": [{"due": DUE}],
    "liaisons/complete:review": [
        shown({"outcome": "confirmed", "filed": "yes", "words": "Seized."}),
        shown({"outcome": "confirmed", "filed": "no", "words": "Warned."}),
        shown({"outcome": "not_confirmed", "words": "Nothing there."}),
        shown({"outcome": "passed_on", "words": "To customs."}),
    ],
    "liaisons/complete:done": [{"number": NUMBER}],
    "liaisons/correct:review": [shown({"text": "Sunday", "reason": "A slip"})],
    # -- every member of staff ---------------------------------------------------------------------------------------
    "staff/todo:menu": [{"tips": 0, "leads": 0, "register": 0}, {"tips": 3, "leads": 2, "register": 1}],
    "staff/todo:list": [
        {"tips": [], "leads": [], "register": []},
        {"tips": REGISTERS, "leads": LEADS, "register": REGISTERS},
    ],
    "staff/todo:register": REGISTERS,
    "staff/todo:sealed": [{"number": NUMBER}],
    "staff/todo:login": [{"code": "7QPX-9ABC-2DEF"}],
    "staff/invite:ask_seat": [asked({"unit": "tobacco"})],
    "staff/invite:review": [shown({"unit": "tobacco", "seat": "liaison", "name": "Lin"})],
    "staff/invite:done": [{"code": "7QPX-9ABC-2DEF", "unit": "tobacco", "seat": "liaison", "name": "Lin"}],
    "staff/roster:ask_who": [asked({}, {"count": n, "who": ""}) for n in (0, 5)],
    "staff/roster:ask_sure": [asked({"who": "5.tobacco.liaison"}, {"count": 5, "who": "5.tobacco.liaison"})],
    "staff/sessions:ask_which": [
        asked({}, {"sessions": [{"id": 1, "channel": "web", "seen": AT, "here": True}]}),
        asked(
            {},
            {
                "sessions": [
                    {"id": n, "channel": one, "seen": AT, "here": n == 1}
                    for n, one in enumerate(("console", "web", "wecom_app", "telegram"))
                ]
            },
        ),
    ],
    # -- pushes ------------------------------------------------------------------------------------------------------
    **{f"reminders:{kind}_{one}": reminder(kind) for kind in (*KINDS, "now") for one in TEMPLATES},
    **{
        f"reminders:{one}": [{"number": NUMBER}]
        for one in ("exposed", "added", "withdrawn", "withdraw_noted", "recalled", "over")
    },
    **{f"reminders:{one}": [{"number": NUMBER, "unit": "tobacco"}] for one in ("returned", "progress", "completed")},
    # -- everywhere --------------------------------------------------------------------------------------------------
    "common:why_too_short": [{"least": 4}],
    "common:why_too_long": [{"limit": 500, "length": 501}],
    "common:http_too_long": [{"limit": 5000}],
}

# A proposed date has passed: nobody is late.
PROPOSED: dict[str, list[Data]] = {
    "staff/todo:register": [register(days=9, late=True, clocks=ONLY_SUGGESTED)],
    "staff/todo:list": [
        {
            "tips": [register(days=9, late=True, clocks=ONLY_SUGGESTED)],
            "leads": [lead(clocks=ONLY_SUGGESTED)],
            "register": [],
        }
    ],
    "coordinators/case:ask_act": [card(register(days=9, late=True, clocks=ONLY_SUGGESTED), {"what": STORY})],
    "liaisons/lead:ask_act": [asked({"_lead": 1}, lead(clocks=ONLY_SUGGESTED) | {"text": STORY, "files": 0})],
    "citizens/card:ask_act": [status(next=one) for one in ONLY_SUGGESTED],
    **{
        block: [one for one in cases if one["suggested"]]
        for block, cases in SAID.items()
        if block.startswith("reminders:") and "suggested" in cases[0]
    },
}


def given(plan: Plan) -> dict[str, list[tuple[Data, Data]]]:
    """(answers, facts) with which each form's questions are asked for their choices."""
    units, withheld = list(routing.receivers(plan, frozenset())), [one for one in FILES if one["state"] == "withheld"]
    acts = ("sign", "give_back", "progress", "complete", "prolong", "correct")
    rows = [SimpleNamespace(status=one) for one in ("received", "taken", "handed", "closed")]
    sessions = [{"id": n, "here": n == 1} for n in (1, 2, 3)]
    return {
        "citizens/tip": [({}, {"plan": plan}), ({"named": "named", "involved+": ["market"]}, {"plan": plan})],
        "citizens/receipt": [(RECEIPT, {})],
        "citizens/find": [({}, {"own": [NUMBER, OTHER]})],
        "citizens/card": [({}, {"row": row, "here": here}) for row in rows for here in (True, False)],
        "coordinators/case": [({}, {"moves": tuple(key for key, _ in MOVES)}), ({}, {"moves": ()})],
        "coordinators/hand": [
            ({}, {"receivers": units, "first": units[:1], "ready": FILES[:1], "telling": WARNED, "draft": STORY}),
        ],
        "coordinators/recall": [({}, {"live": [SimpleNamespace(id=77, unit="tobacco")]})],
        "coordinators/mark": [({"what": "outside"}, {"elsewhere": plan.elsewhere})],
        "coordinators/merge": [({}, {"likely": [OTHER]})],
        "coordinators/withheld": [({}, {"withheld": withheld}), ({"file": "leave"}, {"withheld": withheld})],
        "liaisons/lead": [({}, {"acts": acts})],
        "liaisons/give_back": [({}, {"others": units})],
        "liaisons/complete": [({"outcome": "confirmed"}, {})],
        "staff/invite": [({"unit": "tobacco"}, {"units": units, "plan": plan})],
        "staff/roster": [
            ({}, {"seated": [{"id": "5.tobacco.liaison", "label": "Lin"}]}),
            ({"who": "leave"}, {"seated": []}),
        ],
        "staff/sessions": [({}, {"sessions": sessions})],
    }
