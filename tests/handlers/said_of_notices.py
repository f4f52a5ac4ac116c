"""The data of the words about notices, as `handlers.notices` and `reminders.subjects.notice` give it."""

from typing import Any

from tests.handlers.samples import AT, DUE, Data, asked, shown

GONE: Data = {"gone": True}
TELLING = [{"kind": kind, "excerpt": "Mr Lin, 13800000000"} for kind in ("id", "phone", "name")]
BEGUN: Data = {"telling": [], "got": [], "town": "police"}
TO: list[Data] = [{"unit": "tobacco", "name": ""}, {"unit": None, "name": "Lin"}]
WRITTEN: Data = {
    "title": "Checks",
    "words": "",
    "whom": TO,
    "seats": "liaisons",
    "people": 12,
    "want": "read",
    "by": None,
}
WRITTEN |= {"empty": [], "leaderless": [], "deaf": [], "blocked": [], "category": None, "at": None, "at_rest": False}
FILES: list[Data] = [{"n": 1, "named": "List", "ext": "pdf"}, {"n": 2, "named": "", "ext": "png"}]
WRITTEN |= {"left_over": [], "files": 0, "held": 0, "called": [], "approval": False, "approvers": [], "replaces": False}
DRAFTS: list[Data] = [
    WRITTEN,
    WRITTEN | {"seats": None, "whom": TO[1:], "people": 1, "want": "nothing", "words": "One line for each shop."},
    WRITTEN | {"seats": "both", "want": "answer", "by": DUE, "empty": ["police"], "leaderless": ["market"]},
    WRITTEN
    | {
        "seats": "intake",
        "deaf": ["market", "customs"],
        "blocked": ["police"],
        "at": AT,
        "files": 3,
        "held": 1,
        "called": FILES,
        "replaces": True,
    },
    WRITTEN | {"seats": "leaders", "at": AT, "at_rest": True, "category": "Circular", "approval": True},
    WRITTEN | {"at": AT, "approval": True, "approvers": ["Lin", "Wu"]},
    WRITTEN | {"want": "attend", "approval": True, "approvers": ["Lin"], "left_over": ["Friday", "27 November"]},
]
CHANGED: dict[str, list[Any]] = {
    "office": ["hq_office"],
    "title": ["Checks of shops"],
    "words": ["One line for each shop.", None],
    "units": [TO],
    "seats": ["liaisons", "intake"],
    "want": ["read", "answer", "nothing"],
    "by": [DUE],
    "at": [AT, None],
    "category": ["Circular"],
    "document": [2, 0],
}
STATUSES = ("waiting", "returned", "planned", "cancelled", "sent", "recalled", "replaced")
CARDS: list[Data] = [
    {"draft": one, "status": status, "since": AT, "who": who, "office": "hq_office", "remarks": remarks}
    | {"approved_by": by}
    for one in DRAFTS
    for status in STATUSES
    for who, remarks, by in (("", "", ""), ("Lin", "Which checks?", "Wu"))
]
DONE: list[Data] = [
    {"title": "Checks", "people": 12, "want": want, "empty": empty, "at": at, "approvers": ["Lin"], "status": status}
    for want in ("read", "answer", "nothing")
    for empty in ([], ["tobacco", "police"])
    for status, at in (("sent", None), ("planned", AT), ("waiting", None), ("waiting", AT))
]
SAVED: list[Data] = [{"name": "Towns", "whom": TO, "seats": one} for one in (None, "liaisons", "intake")]

PUSHED: list[Data] = [
    {"title": "Checks", "office": "hq_office", "want": want, "until": until, "corrects": corrects, "category": kind}
    for want, until in (("read", None), ("answer", None), ("answer", DUE), ("nothing", None))
    for corrects in (True, False)
    for kind in ("notice", "circular")
]
WAITS: list[Data] = [
    {"title": "Checks", "office": "hq_office", "want": want, "unit": "tobacco", "audience": audience, "due": DUE}
    | {"kind": "notice", "suggested": True, "template": "again", "days": 0, "first": False, "empty": None}
    for want in ("read", "answer")
    for audience in ("liaison", "unit_leader", "coordinators")
]

PAUSED: list[Data] = [
    {"title": "Checks", "office": "hq_office", "dated": dated, "without": without, "audience": "taker", "due": DUE}
    | {"kind": "paused", "suggested": True, "template": "again", "days": days, "first": False, "empty": None}
    for dated, without, days in ((True, 3, 0), (True, 1, 5), (False, 1, 0))
]
UNAPPROVED: list[Data] = [
    {"title": "Checks", "office": "hq_office", "who": who, "able": able, "since": AT, "audience": audience, "due": DUE}
    | {"kind": "approval", "suggested": True, "template": "again", "days": 0, "first": False, "empty": None}
    for who, able in (("", []), ("Lin", ["Wei", "He"]))
    for audience in ("coordinators", "taker", "everyone")
]

SAID_OF_NOTICES: dict[str, list[Data]] = {
    "notices/compose:not_yours": [{}],
    **{
        f"notices/compose:ask_{one}": [asked({}, BEGUN)]
        for one in (
            *("office", "title", "words", "seats", "want", "by", "at", "document", "category", "preview", "change"),
        )
    },
    "notices/compose:ask_units": [asked({}, BEGUN | one) for one in ({"got": []}, {"got": TO, "town": None})],
    "notices/compose:ask_kind": [asked({}, BEGUN | {"may_be": "circular"})],
    "notices/compose:ask_checked": [asked({}, BEGUN | {"telling": TELLING})],
    "notices/compose:review": [shown({}, BEGUN | {"draft": one}) for one in DRAFTS],
    "notices/compose:looks": [{"channels": ["Page", "Telegram"]}],
    "notices/compose:looks_buttons": [{"labels": ["Open", "Noted"]}],
    **{f"notices/compose:{one}": [{}] for one in ("nobody", "no_second", "meanwhile", "by_before_it_goes")},
    "notices/compose:explain_which_day": [{}],
    "notices/compose:got_file": [{"count": 2}],
    "notices/compose:want_dropped": [{"category": "Circular", "want": one} for one in ("read", "answer", "nothing")],
    "notices/compose:changed": [{"fields": [name], name: one} for name, ones in CHANGED.items() for one in ones]
    + [{"fields": list(CHANGED)} | {name: ones[0] for name, ones in CHANGED.items()}],
    "notices/compose:already": [{"title": "Checks"}],
    "notices/compose:done": DONE,
    "notices/draft:ask_act": [asked({"_notice": 7}, one) for one in (GONE, *CARDS)],
    "notices/draft:again": [asked({"_notice": 7}, one) for one in (GONE, *CARDS[:1])],
    "notices/draft:meanwhile": [{}],
    "notices/draft:approved": [{"title": "Checks", "status": "sent", "at": None}]
    + [{"title": "Checks", "status": "planned", "at": AT}],
    "notices/draft:sent_now": [{"title": "Checks", "people": one} for one in (1, 12)],
    "notices/hand_back:ask_text": [asked({"_notice": 7}, {"title": "Checks"})],
    "notices/hand_back:done": [{"title": "Checks"}],
    "notices/saved:list": [{"audiences": one} for one in ([], SAVED)],
    "notices/saved:ask_act": [asked({"_saved": 7}, one) for one in (GONE, *SAVED)],
    "notices/saved:again": [asked({"_saved": 7}, one) for one in (GONE, *SAVED)],
    "notices/saved:dropped": [{"name": "Towns"}],
    "notices/keep:ask_name": [asked({}, {"before": one}) for one in (None, "Towns")],
    "notices/keep:done": [{"name": "Towns"}],
    "reminders:notice_to_approve": [{"title": "Checks", "office": "hq_office", "who": one} for one in ("", "Lin")],
    "reminders:approval_waits": UNAPPROVED,
    "reminders:notice_decided": [
        {"title": "Checks", "who": "Lin", "decided": one, "remarks": remarks}
        for one, remarks in (("sent", ""), ("planned", ""), ("returned", "Which checks?"), ("returned", ""))
    ],
    "reminders:notice": PUSHED,
    "reminders:notice_waits": WAITS,
    "reminders:notice_paused": PAUSED,
}
