"""The data of the words about notices that have gone: as `handlers.notices.sent`, `received`, `controls` and `table` give it."""

from typing import Any

from tests.handlers.samples import AT, DUE, Data, asked, shown

GONE: Data = {"gone": True}
STATUSES = ("sent", "cancelled", "recalled", "replaced")


def line(**changes: Any) -> Data:
    row: Data = {"title": "Checks", "office": "hq_office", "category": "notice", "want": "read", "status": "sent"}
    row |= {"at": AT, "ended": None, "until": None, "corrects": False}
    return row | changes


def received(**changes: Any) -> Data:
    return line(standing="unread", owed=True) | changes


RECEIVED = [
    received(),
    received(want="answer"),
    received(want="answer", until=DUE, corrects=True),
    received(want="attend"),
    received(want="nothing", owed=False),
    received(want="answer", owed=False, standing="answered"),
    received(owed=False, status="recalled", ended=AT),
    received(owed=False, status="replaced", ended=AT),
]
IN_UNIT = [
    {"name": "Lin", "standing": one, "at": AT if one != "unread" else None}
    for one in ("unread", "opened", "confirmed", "answered")
]
CARDS: list[Data] = [
    one
    | {
        "words": words,
        "who": who,
        "answered": at,
        "confirmed": at,
        "reason": reason,
        "unit": unit,
        "theirs": bool(words),
    }
    for one in RECEIVED
    for words, who, at, reason, unit in (("", "", None, "", []), ("One line each.", "Lin", AT, "Wrong day.", IN_UNIT))
]


LEAVE: Data = {"away": False, "deputy": "", "behind": ""}


def reader(standing: str, **changes: Any) -> Data:
    """As `Receipt.line`."""
    moments = dict.fromkeys(("delivered", "opened", "confirmed", "answered"))
    one: Data = {"unit": "tobacco", "seat": "liaison", "name": "Lin", "standing": standing, "reply": None, "answer": ""}
    return one | moments | LEAVE | {"at": None if standing == "unread" else AT, "why": ""} | changes


READERS = [
    *(reader("unread", why=why, away=away) for why, away in (("blocked", True), ("never", False), ("waits", False))),
    reader("unread", why="unknown"),
    reader("unread", delivered=AT, away=True),
    reader("unread", away=True, deputy="Wu"),
    reader("opened", opened=AT, behind="Wu"),
    reader("opened", delivered=AT, opened=AT),
    reader("confirmed", confirmed=AT),
    reader("answered", answered=AT, answer="We come."),
    *(reader("answered", answered=AT, reply=one) for one in ("attend", "deputy", "absent")),
]
SENT: list[Data] = [
    line(want=want, until=until, status=status, ended=AT if status != "sent" else None)
    | {"went": True, "units": 22, "given": given, "people": 34, "out": 30, "stays": 0}
    | {"goes": None, "sending": "running", "waiting": 4}
    for want in ("read", "answer", "attend", "nothing")
    for until, given in ((None, 1), (DUE, 3))
    for status in STATUSES
]
SENT += [one | {"stays": stays} for one in SENT if one["status"] in ("recalled", "replaced") for stays in (1, 3)]
SENT += [one | {"sending": one_more} for one in SENT if one["status"] == "sent" for one_more in ("paused", "ended")]
SENT += [
    one | {"out": None, "sending": "ended"} for one in SENT if one["status"] == "sent"
]  # from before that was kept
LISTED = [
    *SENT,
    *(
        SENT[0] | {"status": one, "went": False, "goes": goes}
        for one in ("waiting", "returned", "planned", "cancelled")
        for goes in (None, AT)
    ),
]
WHOLE: list[Data] = [
    one | {"words": words, "who": who, "reason": words, "sending": sending, "readers": READERS}
    | {"empty": empty, "from": first, "left": left}
    for one in SENT
    for words, who, sending, empty, first, left in (
        ("", "", "ended", [], 1, 0),
        ("Text.", "Lin", "running", ["tobacco", "police"], 1, 12),
        ("Text.", "Lin", "paused", [], 31, 0),
    )
]  # fmt: skip
ENDING: list[Data] = [
    SENT[0] | {"without": 4, "read": read, "erasable": erasable, "stay": stay}
    for read, erasable, stay in ((0, 0, 0), (3, 20, 0), (3, 20, 2), (0, 0, 2))
]
ROWS: list[Data] = [
    *READERS,
    reader("unread", delivered=AT),
    reader("posted"),
    reader("posted", why="unknown"),
    reader("posted", delivered=AT),
]
ROWS += [{"unit": "tobacco", "seat": "", "name": "", "standing": "empty", "why": ""}]

GIVEN_UP: list[Data] = [
    {"title": "Checks", "status": status, "files": files, "at": at, "corrects": bool(files)}
    for status in ("planned", "waiting", "returned")
    for files, at in ((0, None), (2, AT))
]

SAID_OF_SENT_NOTICES: dict[str, list[Data]] = {
    "notices/list:list": [{"notices": one} for one in ([], RECEIVED)],
    "notices/card:ask_act": [asked({"_notice": 7}, one) for one in (GONE, *CARDS)],
    "notices/card:again": [asked({"_notice": 7}, one) for one in (GONE, *CARDS[:1])],
    "notices/card:noted": [{"title": "Checks"}],
    **{f"notices/card:over_{one}": [{}] for one in ("recalled", "replaced")},
    "notices/answer:ask_text": [asked({"_notice": 7}, {"title": "Checks"})],
    "notices/card:not_passed_on": [{}],
    "notices/answer:done": [{"title": "Checks", "words": "Two shops"}],
    "notices/which:ask_which": [asked({}, {"words": "Two shops"})],
    "notices/which:no_answer": [{}],
    "notices/sent:list": [{"notices": one} for one in ([], LISTED)],
    "notices/sent:ask_act": [asked({"_notice": 7}, one) for one in (GONE, *WHOLE)],
    "notices/sent:again": [asked({"_notice": 7}, one) for one in (GONE, *WHOLE[:1])],
    **{f"notices/sent:{one}": [{}] for one in ("meanwhile", "paused", "resumed", "file")},
    **{
        f"notices/cancel_rest:{one}": [asked({"_notice": 7}, each) for each in (GONE, *ENDING)]
        for one in ("ask_sure", "again")
    },
    "notices/cancel_rest:done": ENDING,
    "notices/recall:ask_reason": [asked({"_notice": 7}, one) for one in (GONE, *ENDING)],
    "notices/recall:review": [shown({"_notice": 7, "reason": "Wrong day."}, one) for one in (GONE, *ENDING)],
    "notices/recall:ask_change": [asked({}, ENDING[0])],
    "notices/recall:done": ENDING,
    **{
        f"notices/give_up:{one}": [asked({"_notice": 7}, each) for each in (GONE, *GIVEN_UP)]
        for one in ("ask_sure", "again")
    },
    "notices/give_up:done": GIVEN_UP,
    "notices/untouched:unchanged": [
        {"title": "Checks", "status": one, "at": at}
        for one in (*STATUSES, "planned", "waiting", "returned")
        for at in (None, AT)
    ],
    **{f"notices/untouched:{one}": [{"title": "Checks"}] for one in ("uncorrected", "not_recalled")},
    "notices/table:name": [{}],
    "notices/table:heading": [one | {"now": AT} for one in SENT],
    **{
        f"notices/table:{one}": SENT[:1]
        for one in ("columns", "delivered", "opened", "confirmed", "answered", "answer")
    },
    "notices/table:row": [told | {"row": one} for told in SENT for one in ROWS],
    "notices/table:more": [SENT[0] | {"count": 3}],
    "reminders:notice_recalled": [{"title": "Checks", "office": "hq_office"}],
    "reminders:notice_replaced": [{"title": "Checks", "office": "hq_office"}],
}
