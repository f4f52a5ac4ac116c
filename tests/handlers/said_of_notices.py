"""The data of the words about notices, as `handlers.notices` and `reminders.subjects.notice` give it."""

from typing import Any

from tests.handlers.samples import AT, DUE, Data, asked, shown

GONE: Data = {"gone": True}
TELLING = [{"kind": kind, "excerpt": "Mr Lin, 13800000000"} for kind in ("id", "phone", "name")]
BEGUN: Data = {"telling": [], "got": [], "town": "police"}
REACHES: list[Data] = [
    BEGUN | {"people": 12, "empty": [], "deaf": []},
    BEGUN | {"people": 1, "empty": ["tobacco", "police"], "deaf": ["market", "customs"]},
]
WRITTEN: Data = {"title": "Checks", "words": None, "units": ["tobacco"], "seats": "liaisons", "want": "read"}
FULL: list[Data] = [
    WRITTEN,
    WRITTEN | {"seats": "leaders", "want": "nothing", "words": "One line for each shop."},
    WRITTEN | {"units": ["tobacco", "police"], "seats": "both", "want": "answer", "by": "2026-11-25"},
]


def line(**changes: Any) -> Data:
    row: Data = {"title": "Checks", "office": "hq_office", "at": AT, "want": "read", "until": None}
    return row | {"standing": "unread", "owed": True} | changes


LINES = [
    line(),
    line(want="answer"),
    line(want="answer", until=DUE),
    line(want="nothing", owed=False),
    line(want="answer", owed=False, standing="answered"),
]
CARDS: list[Data] = [
    one | {"words": words, "who": who, "answered": answered, "confirmed": confirmed}
    for one in LINES
    for words, who, answered, confirmed in (("", "", None, None), ("One line each.", "Lin", AT, AT))
]
READERS = [
    {"unit": "tobacco", "name": "Lin", "at": at, "standing": standing, "answer": answer, "deaf": deaf, "away": away}
    for standing, at, answer, deaf, away in (
        ("unread", None, "", True, True),
        ("unread", None, "", False, False),
        ("opened", AT, "", False, False),
        ("confirmed", AT, "", False, False),
        ("answered", AT, "We come.", False, True),
    )
]
SENT: list[Data] = [
    {"title": "Checks", "want": want, "at": AT, "until": until, "units": 22, "given": 3}
    for want in ("read", "answer", "nothing")
    for until in (None, DUE)
]
WHOLE: list[Data] = [
    one | {"words": words, "who": who, "readers": READERS}
    for one in SENT
    for words, who in (("", ""), ("Text.", "Lin"))
]
PUSHED: list[Data] = [
    {"title": "Checks", "office": "hq_office", "want": want, "until": until}
    for want, until in (("read", None), ("answer", None), ("answer", DUE), ("nothing", None))
]
WAITS: list[Data] = [
    {"title": "Checks", "office": "hq_office", "want": want, "unit": "tobacco", "audience": audience, "due": DUE}
    | {"kind": "notice", "suggested": True, "template": "again", "days": 0, "first": False, "empty": None}
    for want in ("read", "answer")
    for audience in ("liaison", "unit_leader", "coordinators")
]

SAID_OF_NOTICES: dict[str, list[Data]] = {
    "notices/compose:not_yours": [{}],
    **{
        f"notices/compose:ask_{one}": [asked({}, BEGUN)]
        for one in ("office", "title", "words", "seats", "want", "by", "change")
    },
    "notices/compose:ask_units": [
        asked({}, BEGUN | one) for one in ({"got": []}, {"got": ["tobacco", "police"], "town": None})
    ],
    "notices/compose:ask_checked": [asked({}, BEGUN | {"telling": TELLING})],
    "notices/compose:review": [shown(words, one) for words in FULL for one in REACHES],
    "notices/compose:nobody": [{}],
    "notices/compose:already": [{"title": "Checks"}],
    "notices/compose:done": [
        {"title": "Checks", "people": 12, "want": want, "empty": empty}
        for want in ("read", "answer", "nothing")
        for empty in ([], ["tobacco", "police"])
    ],
    "notices/list:list": [{"notices": one} for one in ([], LINES)],
    "notices/card:ask_act": [asked({"_notice": 7}, one) for one in (GONE, *CARDS)],
    "notices/card:again": [asked({"_notice": 7}, one) for one in (GONE, *CARDS[:1])],
    "notices/card:noted": [{"title": "Checks"}],
    "notices/answer:ask_text": [asked({"_notice": 7}, {"title": "Checks"})],
    "notices/answer:done": [{"title": "Checks"}],
    "notices/sent:list": [{"notices": one} for one in ([], SENT)],
    "notices/sent:ask_act": [asked({"_notice": 7}, one) for one in (GONE, *WHOLE)],
    "notices/sent:again": [asked({"_notice": 7}, one) for one in (GONE, *WHOLE[:1])],
    "reminders:notice": PUSHED,
    "reminders:notice_waits": WAITS,
}
