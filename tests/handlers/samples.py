"""What conversations hand to their words, in pieces: rows, cards, answers, as they look in real use; and what a form's
questions look at to offer their choices. All but the latter is plain JSON, because that is what a message carries.
"""

from types import SimpleNamespace
from typing import Any

from handlers.coordinators.case import MOVES
from handlers.coordinators.ending import OUTCOMES
from handlers.forms import Choice
from handlers.matter import UNIT_ENDS
from handlers.reading import Reading
from rules import routing
from rules.county import Plan

Data = dict[str, Any]

NUMBER, OTHER, PASSWORD = "LZ-12345678", "LZ-87654321", "K7QM-2XWE-90TD-V4HB"
AT, DUE = "2026-11-23T01:05:00+00:00", "2026-11-25T16:00:00+00:00"  # the end of 25 November in the county
STORY = "Boxes without labels, unloaded from a van."


# -- pieces that several blocks share --------------------------------------------------------------------------------


def clock(kind: str, *, suggested: bool = False, late: bool = False, unit: str = "tobacco") -> Data:
    return {
        "kind": kind,
        "unit": unit,
        "handover": None,
        "due": DUE,
        "suggested": suggested,
        "late": late,
        "days": 3 * late,
    }


KINDS = ("receive", "triage", "sign", "decide", "tell_filing", "exposed")
CLOCKS = [clock(kind, suggested=one, late=other) for kind in KINDS for one in (True, False) for other in (True, False)]
ONLY_SUGGESTED = [clock(kind, suggested=True, late=True) for kind in KINDS]


def register(status: str = "received", **changes: Any) -> Data:
    """As whoever may read it sees it in a list."""
    row = {
        "number": NUMBER,
        "status": status,
        "urgent": False,
        "exposed": False,
        "received": AT,
        "days": 0,
        "late": False,
    }
    return row | {"clocks": [], "taken_by": "", "mine": False, "outcome": None} | changes


REGISTERS = [
    register(),
    register(urgent=True, days=1, late=True, clocks=CLOCKS),
    register(exposed=True),
    register("taken", taken_by="Lin", mine=True, days=3, clocks=[clock("decide")]),
    register("handed", taken_by="Lin", days=12),
    register("merged", taken_by="Lin"),
    register("withdrawn"),
    *(
        register("closed", outcome=one, taken_by="Lin")
        for one in ("confirmed", "not_confirmed", "passed_on", "spam", "outside")
    ),
]


WATCHED = [
    {"number": NUMBER, "received": AT, "days": days, "late": late, "past": past, "over": days - 1}
    for days, late, past in ((0, False, False), (1, False, True), (9, True, True))
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
        "ended_by": None,
    } | changes


LEADS = [
    lead(clocks=CLOCKS, late=True),
    lead("signed", final=True, clocks=[clock("decide")]),
    *(lead(one) for one in ("returned", "recalled")),
    *(lead("closed", ended_by=one) for one in ("tobacco", "hq_office")),
]


def file(n: int, family: str, state: str, reason: str | None = None) -> Data:
    about = {"id": 9000 + n, "n": n, "family": family, "state": state, "reason": reason}
    about |= {"size": 1_234_567, "opened": False, "digest": "0123456789abcdef", "label": f"{n}. {family}"}
    return about | {"informant": n if n < 3 else None}


WITHHELD = ("video", "voice", "heic", "old_office", "encrypted", "uncleanable", "damaged")
FILES = [
    file(1, "image", "ready"),
    file(2, "document", "new"),
    file(3, "text", "refused", "damaged"),
    *(file(4 + n, "voice" if one == "voice" else "video", "withheld", one) for n, one in enumerate(WITHHELD)),
]


def card(row: Data, content: Data, **changes: Any) -> Data:
    bare: Data = {"content": content, "goods": None, "named": False, "reward": False, "involved": [], "dialogue": []}
    none: Data = {one: [] for one in ("files", "alike", "handed", "news", "notes", "merged")}
    alone: Data = {"informant": None, "withdrawal": None}
    return {"answers": {"_tip": 1}, "got": [], "facts": row | bare | none | alone | changes}


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
    "news": [
        {
            "move": one,
            "unit": "tobacco",
            "note": "On Sundays.",
            "right": "market",
            "at": AT,
            "who": "Lin",
            "corrects": one == "progress",
        }
        for one in ("returned", "progress", "unit_filed")
    ],
    "notes": [
        {"move": "noted", "unit": None, "note": "Call first.", "right": None, "at": AT, "who": "Lin", "corrects": False}
    ],
    "merged": [
        {
            "number": OTHER,
            "informant": n,
            "withdrawal": how,
            "content": one,
            "dialogue": [{"at": AT, "author": "citizen", "text": "Again.", "seen": True}],
        }
        for n, how, one in (
            (1, None, {"what": STORY, "where": "At the old pier", "when": "Sundays", "who": "A van"}),
            (11, "noted", {"where": {}}),
            (2, "done", {}),
        )
    ],
    "alike": [
        {"number": OTHER, "by": ["plate", "phone", "link", "parcel", "place", "week"], "ended": one}
        for one in (False, True)
    ],
    "withdrawal": "noted",
    "handed": [
        {"unit": "tobacco", "status": one, "outcome": "filed" if one == "closed" else None, "at": AT}
        for one in ("sent", "signed", "returned", "recalled", "closed")
    ],
}

WHOM = [{"number": NUMBER, "informant": 0}, {"number": OTHER, "informant": 11}]
COURSE = (
    *(
        "received",
        "added",
        "exposed",
        "secured",
        "heeded",
        "withdrawn",
        "withdraw_noted",
        "taken",
        "taken_over",
        "asked",
        "noted",
        "put",
        "merged",
    ),
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
    *("unit_filed", "unit_confirmed", "unit_not_confirmed", "unit_passed_on", "closed", "involved", "sealed", "moved"),
    *("undone", "unmerged", "vacant_liaison", "vacant_intake"),
)
LATE = {"taken": "suggested", "signed": "suggested", "unit_filed": "late"}
BY_CITIZEN = ("received", "added", "exposed", "secured", "withdrawn", "withdraw_noted")


def step(move: str) -> Data:
    citizen, actor = move in BY_CITIZEN, "clock" if move.startswith("vacant") else "staff"
    line = {"at": AT, "move": move, "who": "" if citizen else "Lin", "actor": "citizen" if citizen else actor}
    rest = {"unit": "tobacco" if move in ("handed", "signed") else None, "note": "" if citizen else "9001"}
    rest["right"] = "market" if move == "returned" else None
    return line | rest | {"late": LATE.get(move, ""), "corrects": move == "noted"}


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
HERE = {"stays": "page", "hours": 0, "documents": True, "sealed": False, "apart": ["police"]}
CITIZEN, ORAL = {"source": "citizen", "telling": [], **HERE}, {"source": "oral", "telling": [], **HERE}

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
        "nobody": False,
        "replies": [],
        "waits": False,
        "here": True,
        "heard": True,
    }
    return asked(
        {"_tip": 1},
        facts | {"notify": False, "wish_noted": False, "called": False, "exposed": False, "addable": True} | changes,
    )


HAND_FACTS: Data = {
    "final": ["tobacco"],
    "suggested": [],
    "draft": STORY,
    "edited": "",
    "since": "",
    "telling": [],
    "named": ["tobacco"],
    "text": "",
    "withheld": 0,
    "originals": 0,
}
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
    "anyone",
    "involved",
    "special",
    "reader",
    "apart",
    "reward",
    "named",
    "contact",
    "notify",
    "checked",
)


def reminder(kind: str) -> list[Data]:
    """A rung of a ladder, told to anybody, late or not, on a legal or a proposed clock."""
    audiences = ("intake", "taker", "sealed", "liaison", "unit_leader", "coordinators", "leader", "duty", "everyone")
    told = {"number": NUMBER, "kind": kind, "due": DUE, "unit": "tobacco", "template": "due_soon"}
    return [told | {"suggested": one, "audience": other} for one in (True, False) for other in audiences]


TEMPLATES = ("alert", "again", "untaken", "due_soon", "due_today", "overdue")


CONTROLS = ("more", "receipts", "receipts_picture", "pause", "resume", "cancel_rest", "correct", "recall")
ANSWERS_OF_DUTIES = ("file", "nil", "done", "promise", "extend", "other")
DECISIONS_OF_DUTIES = ("allow", "refuse", "urge", "phone", "prolong", "take_over", "waive")
MATTER: Data = {"pick": (), "values": {}, "before": {}, "nil": False, "language": "zh", "said": {}}
WHERE: Data = {"bound": ("web", "telegram"), "labels": {"web": "Web page", "telegram": "Telegram"}}


def given(plan: Plan) -> dict[str, list[tuple[Data, Data]]]:
    """(answers, facts) with which each form's questions are asked for their choices."""
    told = {"plan": plan, "reading": Reading()}
    units, withheld = list(routing.receivers(plan, frozenset())), [one for one in FILES if one["state"] == "withheld"]
    acts = ("sign", "give_back", "progress", "complete", "prolong", "correct")
    rows = [
        SimpleNamespace(status=one, alias=b"a", withdrawal=None) for one in ("received", "taken", "handed", "closed")
    ]
    sessions = [{"id": n, "here": n == 1} for n in (1, 2, 3)]
    return {
        "citizens/tip": [({}, told), ({"named": "named", "involved+": ["market"]}, told)],
        "citizens/receipt": [(RECEIPT, {})],
        "citizens/find": [({}, {"own": [NUMBER, OTHER]})],
        "citizens/whose": [({"_words+": ["x"]}, {"own": [Choice(f"own.{NUMBER}", f"Add to {NUMBER}")]})],
        "citizens/card": [
            ({}, {"row": row, "alive": row, "here": here, "said": {"addable": here}})
            for row in rows
            for here in (True, False)
        ],
        "coordinators/case": [({}, {"moves": tuple(key for key, _ in MOVES)}), ({}, {"moves": ()})],
        "coordinators/hand": [
            (
                {},
                {
                    "receivers": units,
                    "edited": STORY,
                    "first": units[:1],
                    "ready": FILES[:1],
                    "telling": WARNED,
                    "draft": STORY,
                    "said": HAND_FACTS,
                },
            ),
        ],
        "coordinators/involve": [
            ({}, {"units": units, "likely": one, "officials": ["officials"]}) for one in ([], units[:3], units)
        ],
        "coordinators/correct": [({}, {"outcomes": OUTCOMES, "telling": WARNED, "said": {"old": "", "step": ""}})],
        "coordinators/recall": [({}, {"live": [SimpleNamespace(id=77, unit="tobacco")]})],
        "coordinators/mark": [({"what": "outside"}, {"elsewhere": plan.elsewhere, "said": {"exposed": True}})],
        "coordinators/merge": [({}, {"likely": [OTHER]})],
        "coordinators/withheld": [({}, {"withheld": withheld}), ({"file": "leave"}, {"withheld": withheld})],
        "liaisons/correct": [({}, {"outcomes": tuple(UNIT_ENDS), "telling": WARNED, "said": {"old": "", "step": ""}})],
        "liaisons/lead": [({}, {"acts": acts})],
        "liaisons/give_back": [({}, {"units": units, "likely": one}) for one in ([], units[:3], units)],
        "liaisons/complete": [({"outcome": "confirmed"}, {"telling": WARNED})],
        "coordinators/ask": [({}, {"telling": WARNED, "owed": True, "said": {"whom": WHOM}})],
        "coordinators/close": [({}, {"telling": WARNED, "warned": True, "said": {"contrary": ["tobacco"]}})],
        "staff/invite": [({"unit": "tobacco"}, {"units": units, "seats": {"tobacco": list(plan.seats)}})],
        "staff/roster": [
            (
                {},
                {
                    "seated": [{"id": "5.tobacco.liaison", "label": "Lin"}],
                    "bound": [{"id": "unbind.web", "label": "End"}],
                },
            ),
            ({"who": "leave"}, {"seated": [], "bound": []}),
        ],
        "staff/sessions": [({}, {"sessions": sessions})],
        "staff/groups": [
            (one, {"offices": units[:2], "said": {"groups": [{"id": 7, "n": 1, "bound": True}], "can_bind": True}})
            for one in ({}, {"which": "bind"}, {"which": "7"})
        ],
        "duties/assign": [
            (one, told | {"offices": units[:2], "units": units, "sets": {}, "near": True, "telling": WARNED})
            for one in ({}, {"_each": True}, {"haste": "urgent"}, {"units+": units[:1], "_each": True})
        ],
        "meetings/call": [
            (
                one,
                told
                | {
                    "kinds": tuple(plan.meetings),
                    "offices": units[:2],
                    "items": ("One", "Two"),
                    "units": units,
                    "sets": {},
                }
                | {"saved": {}, "people": {"p.5": "Lin"}, "days": (Choice("workdays_1"), Choice("workdays_5"))},
            )
            for one in ({"when": "2026-12-02"}, {"_each": True}, {"agenda+": ["item_0", "Another"]})
        ],
        "meetings/card": [
            ({}, {"acts": one, "said": {"reply": None}})
            for one in (
                ("attend", "deputy", "absent", "urge", "change", "call_off"),
                ("hold", "call_off"),
                ("minutes",),
            )
        ],
        "meetings/hold": [({}, {"invited": units[:3], "able": units, "plan": plan})],
        "notices/compose": [
            (
                one,
                told
                | {"offices": units[:2], "units": units, "sets": {}, "telling": WARNED, "saved": {"saved.1": "Towns"}}
                | {"people": {"p.1": "Lin"}, "seats": ("intake", "coordinator"), "wants": ("read", "answer", "nothing")}
                | {
                    "mornings": (Choice("tomorrow"), Choice("workday")),
                    "categories": (Choice("notice", "Notice"), Choice("circular", "Circular")),
                    "may_be": "circular",
                },
            )
            for one in (
                {},
                {"_each": True},
                {"want": "answer"},
                {"units": units[:1]},
                {"units+": units[:1], "_each": True},
            )
        ],
        "notices/draft": [
            ({}, {"acts": one}) for one in (("approve", "hand_back", "rewrite"), ("send_now", "give_up_notice"), ())
        ],
        "notices/card": [({}, {"acts": one, "doors": ()}) for one in (("confirm",), ("answer",), ())],
        "notices/sent": [({}, {"acts": one, "doors": ()}) for one in (CONTROLS, ())],
        "duties/assigned": [({}, {"open": one, "doors": ()}) for one in (True, False)],
        "bulletins/draft": [
            (
                {"category": "case"},
                told
                | {"offices": units[:2], "ends": True, "pictured": True, "telling": WARNED, "gated": True}
                | {"question": "Is it closed?"},
            )
        ],
        "bulletins/card": [
            ({}, {"acts": one}) for one in (("approve", "return"), ("revise", "drop"), ("withdraw",), ())
        ],
        "duties/card": [
            ({}, {"acts": one}) for one in (ANSWERS_OF_DUTIES, DECISIONS_OF_DUTIES, ("take_note", "return"), ())
        ],
        "duties/other": [({}, {"others": tuple(Choice(one) for one in ("delegate", "not_ours", "help"))})],
        "duties/file": [
            (
                {},
                {"form": one, "values": {}, "before": {}, "nil": one.nil, "said": {"document": True}, "language": "zh"},
            )
            for one in plan.forms.values()
        ],
        "coordinators/put": [({}, {"regimes": ()})],
        "matters/card": [({}, {"acts": (Choice("do.1.sign", "Sign for"), Choice("clock.2", "About the day"))})],
        "matters/put": [
            (
                {},
                MATTER
                | {
                    "form": one,
                    "units": units[:2],
                    "straight": True,
                    "hows": (Choice("at_once"), Choice("write_down")),
                    "asks": ("reason", "note", "reference"),
                },
            )
            for one in (None, *plan.forms.values())
        ],
        "matters/move": [
            ({}, MATTER | {"form": one, "asks": ("reason", "note", "reference", "until")})
            for one in (None, *plan.forms.values())
        ],
        "notices/which": [({}, {"notices": {"7": "Checks", "8": "Checks 11-24 09:30"}})],
        "meetings/which": [({}, {"meetings": {"7": "Conference 12-02 15:00", "8": "Conference 12-04 15:00"}})],
        "duties/which": [({}, {"doors": {1: "Monthly report", 2: "Study"}})],
        "duties/leave": [({"days": ["2026-11-25", "2026-11-28"]}, {"colleagues": {5: ("Lin", "Lin · 联络员")}})],
        "duties/morning": [
            ({}, {"quiet": plan.quiet, "own": plan.quiet.morning, "differs": one, **WHERE}) for one in (True, False)
        ]
        + [({"at": "where"}, {"quiet": plan.quiet, "own": plan.quiet.morning, "differs": True, **WHERE})],
        "duties/succession": [({}, {"seats": {"tobacco.liaison": "Tobacco · liaison", "tobacco.leader": "Leader"}})],
        "duties/shifts": [({}, {"units": units[:2]})],
        "duties/delegate": [({}, {"names": {5: "Lin", 6: "Wu"}})],
    }
