"""The data of every block that needs any: one or more cases each, the bare one included."""

from tests.handlers.said_of_asks import RUNGS_OF_ASKS, SAID_OF_ASKS
from tests.handlers.said_of_bulletins import SAID_OF_BULLETINS
from tests.handlers.said_of_duties import (
    ASKED,
    CALENDAR,
    DECISIONS,
    MOVED,
    OWED,
    PASSED,
    PROPOSED_OF_DUTIES,
    SAID_OF_DUTIES,
    UNSEEN,
    rung,
)
from tests.handlers.said_of_groups import SAID_OF_GROUPS
from tests.handlers.said_of_matters import PULLED, SAID_OF_MATTERS, SHUT_OUT
from tests.handlers.said_of_meetings import LINES as MEETINGS
from tests.handlers.said_of_meetings import SAID_OF_MEETINGS, SOON
from tests.handlers.said_of_meetings import WAITS as INVITED
from tests.handlers.said_of_notices import PAUSED, SAID_OF_NOTICES, UNAPPROVED, WAITS
from tests.handlers.said_of_people import SAID_OF_PEOPLE
from tests.handlers.said_of_sent_notices import SAID_OF_SENT_NOTICES
from tests.handlers.samples import (
    AT,
    CITIZEN,
    CLOCKS,
    COURSE,
    DUE,
    FULL_CARD,
    HAND_FACTS,
    HANDED,
    HOTLINES,
    KINDS,
    LEADS,
    NUMBER,
    ONLY_SUGGESTED,
    ORAL,
    OTHER,
    OUTCOMES,
    PASSWORD,
    RECEIPT,
    REGISTERS,
    STORY,
    SUGGESTED,
    TEMPLATES,
    TIP,
    TIP_FULL,
    TIP_QUESTIONS,
    TIP_SKIPPED,
    UNIT_ENDS,
    WARNED,
    WATCHED,
    WHOM,
    Data,
    asked,
    card,
    lead,
    register,
    reminder,
    shown,
    status,
    step,
)

REACHES = ("now", "later", "")
STAYS = ("page", "erasable", "for_good")
LINK = "https://t.me/staff_bot?start=7QPX-9ABC-2DEF"
CARDS = ("coordinators/case", "liaisons/lead")
BESIDES: Data = {"asked_by": "hq_office", "why": "The province asks.", "minutes": 15}
LISTED = {"tips": 31, "leads": 2, "owed": 21, "waits": 3, "register": 2}
NOTHING_LISTED: Data = {"tips": [], "leads": [], "register": [], "sealed": [], "total": LISTED, "paged": False}

SAID: dict[str, list[Data]] = {
    # -- citizens ----------------------------------------------------------------------------------------------------
    **{f"citizens/tip:ask_{one}": [asked({}, CITIZEN), asked({"_source": "oral"}, ORAL)] for one in TIP_QUESTIONS},
    "citizens/tip:ask_files": [asked(TIP, CITIZEN), asked(TIP, ORAL, TIP_FULL["files"])],
    "citizens/tip:ask_involved": [asked(TIP, CITIZEN), asked(TIP, ORAL, ["market", "officials"])],
    "citizens/tip:ask_change": [shown(TIP, CITIZEN)],
    **{f"citizens/tip:{one}": [shown(TIP, CITIZEN), shown(TIP_FULL, ORAL)] for one in ("so_far", "lines")},
    "common:ask_adding": [{"words": ["Two of them."]}],
    "citizens/tip:review": [shown(one, who) for one in (TIP, TIP_FULL, TIP_SKIPPED) for who in (CITIZEN, ORAL)],
    "citizens/tip:opened": [{}, {"source": "oral"}],
    "citizens/tip:urgent": [{"heard": one, **who} for one in (True, False) for who in ({}, {"source": "oral"})],
    "citizens/tip:not_taken": [{"outside": {"name": "Discipline hotline", "number": "12388"}}],
    **{
        f"citizens/tip:{one}": [
            {"number": NUMBER, "password": PASSWORD, "urgent": False},
            *({"number": NUMBER, "password": PASSWORD, "urgent": True, "heard": one} for one in (True, False)),
        ]
        for one in ("receipt", "read_out")
    },
    "citizens/receipt:ask_four": [asked(RECEIPT, {"number": NUMBER, "stays": one}) for one in STAYS],
    **{
        f"citizens/{one}": [
            {"number": NUMBER, "stays": one, "withdrawn": gone} for one in STAYS for gone in (True, False)
        ]
        for one in ("receipt:later", "receipt:kept", "read_out:erased", "read_out:later")
    },
    "citizens/answers:forgot": [{"hotlines": HOTLINES}],
    "citizens/answers:hello": [{"hotlines": HOTLINES}],
    "citizens/answers:unsure": [{"hotlines": HOTLINES}],
    "citizens/answers:hotlines": [{"hotlines": HOTLINES}],
    "citizens/answers:asked": [{"hotlines": HOTLINES}],
    "citizens/answers:about": [{"unit": "market", "title": "Plan"}],
    "citizens/find:ask_number": [
        asked({}, {"own": own, "draft": bool(own)})
        for own in ([], [{"number": NUMBER, "received": AT, "status": one} for one in ("taken", "closed")])
    ],
    "citizens/find:ask_password": [asked({"number": NUMBER})],
    "citizens/find:elsewhere": [{"number": NUMBER}],
    "citizens/find:forgotten": [
        {"number": NUMBER, "outcome": one, "received": AT, "at": DUE} for one in ("confirmed", "spam", None)
    ],
    "citizens/find:still_here": [{"stays": one} for one in STAYS],
    "citizens/find:no_match": [{"seconds": 1}, {"seconds": 60}],
    "citizens/card:ask_act": [
        *(status(one) for one in ("received", "taken", "handed", "withdrawn")),
        *(status("closed", outcome=one) for one in ("confirmed", "not_confirmed", "passed_on", "outside", "spam")),
        *(status(next=one, notify=True) for one in CLOCKS),
        status(called=True),
        status(called=True, heard=False),
        *(status("handed", notify=True, here=one, waits=one) for one in (True, False)),
        status("handed", wish_noted=True),
        status("closed", exposed=True),
        status(
            "handed",
            replies=[
                {"at": AT, "text": "Which day?", "question": one, "answered": DUE if one else None}
                for one in (True, False)
            ],
        ),
    ],
    "citizens/card:you_have_a_reply": [{"number": NUMBER}, {"number": NUMBER, "closed": True}],
    "citizens/add:too_late": [{"wrote": one} for one in ([], ["On Sundays."])],
    "citizens/whose:ask_to": [asked({"_words+": ["x"]}, {"count": n}) for n in (1, 3)],
    "citizens/add:ask_more": [asked({"_tip": 1}, {"number": NUMBER, "count": count}) for count in (0, 1)],
    "citizens/add:answered": [{"number": NUMBER}],
    "citizens/add:danger": [{"called": one, "heard": two} for one in (True, False) for two in (True, False)],
    "citizens/add:ask_checked": [asked({"_tip": 1}, {"telling": WARNED})],
    "citizens/card:exposed": [{"addable": one} for one in (True, False)],
    "citizens/withdraw:ask_sure": [asked({"_tip": 1}, {"handed": one}) for one in (True, False)],
    # -- coordinators ------------------------------------------------------------------------------------------------
    "coordinators/case:ask_act": [
        asked({"_tip": 1}, {"gone": True}),
        *(card(one, {"what": STORY, "where": {"told": True}, "now": "yes"}) for one in REGISTERS),
        card(register(), {}, withdrawal="done", informant=0),
        card(register(clocks=CLOCKS), {"where": {"lat": 24.4, "lon": 109.7}, "now": "no"}),
        card(register(urgent=True), TIP_FULL | {"where": "At the old pier"}, **FULL_CARD),
    ],
    **{f"{one}:again": [asked({}, {"number": NUMBER}), asked({}, {"gone": True})] for one in CARDS},
    "coordinators/ask:ask_checked": [asked({}, {"telling": [*WARNED, {"kind": "asks", "excerpt": "your name"}]})],
    "coordinators/case:taken": [{"number": NUMBER, "late": one} for one in ("", "suggested", "late")],
    "coordinators/case:taken_by": [{"name": "Lin"}, {"name": ""}],
    **{
        f"{one}:ask_checked": [asked({}, {"telling": WARNED})]
        for one in (
            "coordinators/close",
            "coordinators/correct",
            "liaisons/complete",
            "liaisons/correct",
        )
    },
    "coordinators/ask:ask_whom": [asked({}, {"whom": WHOM})],
    "coordinators/ask:review": [
        shown({"text": "Which day?"} | answers, {"whom": whom, "to": [one["number"] for one in whom]})
        for whom, answers in ((WHOM[:1], {}), (WHOM, {"filing": "yes"}), (WHOM, {"filing": "no"}))
    ],
    "coordinators/undo:ask_reason": [asked({}, {"number": NUMBER, "what": one}) for one in ("merged", "closed")],
    "coordinators/undo:review": [shown({"reason": "A slip"}, {"number": NUMBER, "what": "merged"})],
    "coordinators/take_over:ask_sure": [
        asked({}, {"number": NUMBER, "name": name, "since": since}) for name, since in (("Lin", AT), ("", None))
    ],
    "coordinators/undo:done": [{"number": NUMBER}],
    "coordinators/ask:done": [{"told": one} for one in REACHES],
    "coordinators/mark:review": [
        shown({"what": "spam", "reason": "Adverts"}),
        shown({"what": "outside", "where": "consumer", "reason": "A refund"}),
    ],
    "coordinators/mark:done": [
        {"what": one, "number": NUMBER, "told": told} for one in ("spam", "outside") for told in REACHES
    ],
    "coordinators/merge:ask_into": [asked({}, {"likely": []}), asked({}, {"likely": FULL_CARD["alike"]})],
    "coordinators/merge:review": [shown({"into": OTHER}, {"likely": []})],
    "coordinators/merge:done": [{"number": NUMBER, "into": OTHER}],
    "coordinators/close:ask_outcome": [asked({}, {"working": one}) for one in ([], ["tobacco", "market"])],
    "coordinators/close:ask_heeded": [
        asked({}, {"exposed": one, "contrary": [] if one else ["tobacco"]}) for one in (True, False)
    ],
    "coordinators/mark:ask_what": [asked({}, {"exposed": one}) for one in (True, False)],
    "coordinators/close:review": [
        shown({"outcome": one, "words": "Thank you."}, {"working": [one]})
        for one in ("confirmed", "not_confirmed", "passed_on")
    ],
    "coordinators/close:done": [{"number": NUMBER, "told": one} for one in REACHES],
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
    **{
        f"coordinators/correct:ask_{one}": [
            asked({}, {"old": "Wrong day", "step": "asked", "at": AT}),
            asked({}, {"old": "", "step": ""}),
        ]
        for one in ("outcome", "text")
    },
    "coordinators/correct:done": [{"told": one} for one in (None, *REACHES)],
    "coordinators/correct:review": [
        shown({"text": "Sunday", "reason": "A slip"}, {"old": "Monday"}),
        *(shown({"outcome": one, "text": "Sunday", "reason": "A slip"}, {"old": "Monday"}) for one in OUTCOMES),
    ],
    "coordinators/hand:ask_units": [
        asked({}, HAND_FACTS),
        asked({}, HAND_FACTS | {"suggested": SUGGESTED}, ["tobacco", "market"]),
    ],
    "coordinators/hand:ask_copy": [
        asked({"units": ["tobacco"]}, HAND_FACTS | one)
        for one in ({}, {"edited": STORY}, {"edited": STORY, "since": "Two of them."})
    ],
    "coordinators/hand:ask_checked": [asked(HANDED, HAND_FACTS | {"telling": WARNED, "text": STORY})],
    "coordinators/hand:ask_files": [
        asked(HANDED, HAND_FACTS | {"withheld": 2, "originals": 1}),
        asked(HANDED, HAND_FACTS, ["9001"]),
    ],
    "coordinators/hand:review": [
        shown(HANDED, HAND_FACTS | {"telling": WARNED, "text": STORY, "withheld": 1}),
        shown({"units": ["tobacco"], "copy": {"as_is": True}, "files": ["no_files"]}, HAND_FACTS | {"text": STORY}),
        shown({"units": ["tobacco"], "copy": {"as_is": True}}, HAND_FACTS | {"text": STORY}),
    ],
    "coordinators/hand:changed": [{"number": NUMBER}],
    "coordinators/hand:done": [
        {"units": one, "number": NUMBER, "vacant": one, "away": [{"unit": unit, "names": names} for unit in one]}
        for one in ([], ["tobacco"], ["tobacco", "market"])
        for names in ([], ["Lin"])
    ],
    "coordinators/recall:review": [shown({"which": "77.tobacco", "reason": "Wrong unit"})],
    "coordinators/recall:done": [
        {
            "unit": "tobacco",
            "readers": [{"unit": "tobacco", "at": AT, "who": who} for who in ("Lin", "Wu")],
            "pulled": PULLED,
        },
        {"unit": "tobacco", "readers": [], "pulled": []},
    ],
    "coordinators/involve:review": [
        shown({"unit": one, "reason": "A partner works there"}) for one in ("market", "officials")
    ],
    "coordinators/involve:sealed": [
        {"number": NUMBER, "opened": one, "pulled": gone}
        for one, gone in (([], []), ([{"unit": "market", "at": AT, "who": "Lin"}], PULLED))
    ],
    "coordinators/involve:nobody_sealed": [{"outside": {"name": "Discipline hotline", "number": "12388"}}],
    "coordinators/involve:done": [
        {"number": NUMBER, "unit": "market", "opened": [], "put": [], "moved": None, "outside": False},
        {"number": NUMBER, "unit": "market", "opened": [], "put": [], "moved": None, "outside": True},
        {
            "number": NUMBER,
            "unit": "hq_office",
            "opened": [{"unit": "market", "at": AT, "who": "Lin"}],
            "put": SHUT_OUT,
            "moved": "gov_office",
            "outside": False,
        },
    ],
    # -- units -------------------------------------------------------------------------------------------------------
    "liaisons/lead:ask_act": [
        asked({"_lead": 1}, {"gone": True}),
        *(asked({"_lead": 1}, one | {"text": STORY, "files": n}) for n, one in enumerate(LEADS)),
    ],
    "liaisons/lead:signed": [{"number": NUMBER, "late": one} for one in ("", "suggested", "late")],
    **{f"liaisons/lead:{one}": [{}, {"wrote": ["Two cars."]}] for one in ("ended", "taken_back")},
    "common:put_aside": [{"number": n} for n in (1, 2)],
    "common:why_story_full": [{"limit": 20_000}],
    "liaisons/give_back:ask_reason": [asked({}, one) for one in ({}, {"number": NUMBER})],
    "liaisons/give_back:review": [
        shown({"reason": "Not ours", "right": one}, {"number": NUMBER}) for one in ("market", "nobody")
    ],
    "liaisons/give_back:done": [{"number": NUMBER}],
    "liaisons/prolong:review": [shown({"reason": "A test is needed"})],
    "liaisons/prolong:done": [{"due": DUE}],
    "liaisons/complete:review": [
        shown({"outcome": "confirmed", "filed": "yes", "words": "Seized."}),
        shown({"outcome": "confirmed", "filed": "no", "words": "Warned."}),
        shown({"outcome": "not_confirmed", "words": "Nothing there."}),
        shown({"outcome": "passed_on", "words": "To customs."}),
    ],
    "liaisons/complete:done": [{"number": NUMBER}],
    **{
        f"liaisons/correct:ask_{one}": [
            asked({}, {"old": "Wrong day", "step": "progress", "at": AT}),
            asked({}, {"old": "", "step": ""}),
        ]
        for one in ("outcome", "text")
    },
    "liaisons/correct:review": [
        shown({"text": "Sunday", "reason": "A slip"}),
        *(shown({"outcome": one, "text": "Sunday", "reason": "A slip"}) for one in UNIT_ENDS),
    ],
    # -- every member of staff ---------------------------------------------------------------------------------------
    "staff/todo:menu": [
        {"tips": n, "leads": n, "owed": n, "register": n, "waits": n, "notices": n, "takes_in": takes_in}
        for n in (0, 2)
        for takes_in in (True, False)
    ]
    + [
        {"tips": 0, "leads": 0, "owed": 0, "register": 0, "notices": 0, "to_approve": 2, "takes_in": True},
        {"tips": 0, "leads": 0, "owed": 0, "register": 0, "notices": 0, "meetings": 1, "takes_in": False},
    ],
    "staff/todo:list": [
        {**NOTHING_LISTED, "owed": [], "to_approve": 2},
        {**NOTHING_LISTED, "owed": [], "meetings": MEETINGS},
        *({**NOTHING_LISTED, "owed": one, "waits": two} for one in ([], OWED) for two in ([], DECISIONS)),
        *(
            {**NOTHING_LISTED, "owed": [], "watched": one, "overseen": n, "notices": n}
            for one in ([], OWED)
            for n in (0, 12)
        ),
        {
            "tips": REGISTERS,
            "leads": LEADS,
            "owed": OWED,
            "register": WATCHED,
            "sealed": [OTHER],
            "total": LISTED,
            "paged": True,
        },
    ],
    "staff/todo:found": [{"tips": []}, {"tips": REGISTERS}],
    "staff/todo:register": WATCHED,
    "staff/todo:forgotten": [{"number": NUMBER, "at": DUE}],
    "staff/todo:sealed": [{"number": NUMBER}],
    "staff/todo:login": [{"code": "7QPX-9ABC-2DEF", "link": one} for one in ("", LINK)],
    "staff/todo:on_page": [{"code": "7QPX-9ABC-2DEF", "go": "go.todo"}],
    "staff/todo:news": [{"count": n} for n in (1, 3)],
    "staff/todo:waiting": [{"urgent": one, "count": n} for one in (True, False) for n in (1, 3)],
    "staff/bind:ask_sure": [
        asked({"_code": "7QPX-9ABC-2DEF"}, {"seats": [["tobacco", "liaison"]], "expected": one})
        for one in (True, False)
    ],
    "staff/bind:not_bound": [{"expected": one} for one in (True, False)],
    "staff/bind:done": [{"name": "Lin"}],
    "staff/invite:ask_seat": [asked({"unit": "tobacco"})],
    "staff/invite:review": [shown({"unit": "tobacco", "seat": "liaison", "name": "Lin"})],
    "staff/invite:done": [
        {"code": "7QPX-9ABC-2DEF", "unit": "tobacco", "seat": "liaison", "name": "Lin", "link": one}
        for one in ("", LINK)
    ],
    "staff/roster:ask_who": [
        asked({}, {"count": n, "others": others, "who": ""}) for n, others in ((0, []), (5, []), (5, ["Lin"]))
    ],
    "staff/roster:ask_sure": [
        asked({"who": "5.tobacco.liaison"}, {"count": 5, "who": "Lin", "bound": one, "own": own, "last": last})
        for one in ([], ["Telegram"])
        for own, last in ((False, ""), (True, "coordinator"), (False, "liaison"))
    ],
    "staff/aside:ask_sure": [asked({}, {"number": n}) for n in (1, 3)],
    "staff/roster:seat_over": [{"unit": "tobacco", "seat": "liaison"}],
    "staff/sessions:ask_which": [
        asked({}, {"sessions": [{"id": 1, "via": "web", "seen": AT, "here": True}]}),
        asked(
            {},
            {
                "sessions": [
                    {"id": n, "via": one, "seen": AT, "here": n == 1}
                    for n, one in enumerate(("console", "web", "wecom_app", "telegram"))
                ]
            },
        ),
    ],
    # -- pushes ------------------------------------------------------------------------------------------------------
    **{f"reminders:{kind}_{one}": reminder(kind) for kind in (*KINDS, "now") for one in TEMPLATES},
    **{
        f"reminders:{one}": [{"number": NUMBER}]
        for one in (
            *("exposed", "added", "added_now", "withdrawn", "withdrawn_one", "withdraw_noted", "recalled", "over"),
            "again",
        )
    },
    "reminders:morning": [
        {"count": 2, "items": [item | {"days": days} for kind in (*KINDS, "now") for item in reminder(kind)]}
        for days in (0, 1, 3)
    ]
    + [
        {"count": 2, "items": [reminder("sign")[0] | {"days": 0}, *rung("due_soon")]},
        {"count": 2, "items": rung("overdue")},
        {"count": 2, "items": [one | BESIDES for one in rung("due_soon")]},
        {
            "count": 3,
            "items": [
                reminder("sign")[0] | {"days": 0, "template": "moved"},
                *MOVED[:1],
                CALENDAR,
                UNSEEN,
                *WAITS,
                *SOON,
                *UNAPPROVED,
                *PAUSED,
                *INVITED,
            ],
        },
    ],
    "reminders:unreachable": [{"name": "Lin", "seats": [["tobacco", "liaison"], ["tobacco", "leader"]]}],
    "reminders:now_passed_on": [{"number": NUMBER, "unit": "hq_office", "empty": ["hq_office", "duty"]}],
    "reminders:vacant": [
        {"seats": [{"numbers": numbers, "asked": asked_for, "unit": "tobacco", "seat": "liaison"}] * 2}
        for numbers, asked_for in (([NUMBER], []), ([NUMBER, OTHER], ASKED), ([], ASKED), ([], ASKED * 6))
    ],
    **{
        f"reminders:{one}": [{"number": NUMBER, "unit": "tobacco"}]
        for one in ("returned", "progress", "prolonged", "completed")
    },
    **SAID_OF_PEOPLE,
    **SAID_OF_MATTERS,
    **SAID_OF_DUTIES,
    **SAID_OF_ASKS,
    **SAID_OF_MEETINGS,
    **SAID_OF_NOTICES,
    **SAID_OF_BULLETINS,
    **SAID_OF_SENT_NOTICES,
    **SAID_OF_GROUPS,
    **{block: [*SAID_OF_DUTIES[block], *cases] for block, cases in RUNGS_OF_ASKS.items()},
    # -- everywhere --------------------------------------------------------------------------------------------------
    "common:left_on_page": [{"n": 2}],
    "common:turned_away": [{"hotlines": HOTLINES}],
    "common:not_here": [{"hotlines": HOTLINES}],
    "common:why_too_short": [{"least": 4}],
    "common:why_by_too_near": [{"earliest": "2026-12-02"}],
    "common:why_too_long": [{"limit": 500, "length": 501}],
    "common:http_too_long": [{"limit": 5000}],
}

# A proposed date has passed: nobody is late.
PROPOSED: dict[str, list[Data]] = {
    "staff/todo:register": [{"number": NUMBER, "received": AT, "days": 9, "late": False, "past": True, "over": 7}],
    "staff/todo:list": [
        {
            "tips": [register(days=9, clocks=ONLY_SUGGESTED)],
            "leads": [lead(clocks=ONLY_SUGGESTED)],
            "owed": PASSED,
            "register": [{"number": NUMBER, "received": AT, "days": 9, "late": False, "past": True, "over": 7}],
            "sealed": [],
            "total": LISTED,
            "paged": False,
        }
    ],
    "coordinators/case:taken": [{"number": NUMBER, "late": "suggested"}],
    "liaisons/lead:signed": [{"number": NUMBER, "late": "suggested"}],
    "coordinators/case:ask_act": [card(register(days=9, clocks=ONLY_SUGGESTED), {"what": STORY})],
    "liaisons/lead:ask_act": [asked({"_lead": 1}, lead(clocks=ONLY_SUGGESTED) | {"text": STORY, "files": 0})],
    "citizens/card:ask_act": [status(next=one) for one in ONLY_SUGGESTED],
    **{
        block: [one for one in cases if one["suggested"]]
        for block, cases in SAID.items()
        if block.startswith("reminders:") and "suggested" in cases[0]
    },
    "reminders:morning": [
        {"count": 2, "items": [item | {"days": 3} for kind in KINDS for item in reminder(kind) if item["suggested"]]}
    ]
    + [{"count": 2, "items": one} for block, one in PROPOSED_OF_DUTIES.items() if block.startswith("reminders:")],
    **PROPOSED_OF_DUTIES,
}
