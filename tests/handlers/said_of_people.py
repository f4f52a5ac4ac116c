"""The data of the words about people: leave, successors, the duty roster, as `handlers.duties` gives it."""

from tests.handlers.samples import AT, Data, asked, shown

DAYS = (["2026-11-25", "2026-11-28"], ["2026-11-25", "2026-11-25"], ["2026-12-28", "2027-01-03"])
LEAVES: list[Data] = [{"days": days, "deputy": who} for days in DAYS for who in ("Lin", "")]
ABOUT: Data = {"unit": "tobacco", "seat": "liaison", "name": "Wu", "who": "Lin"}
MORNING: Data = {"at": "08:53", "where": "all", "since": None, "earliest": "08:00", "latest": "20:00"}
SEAT: Data = {"seat": "Tobacco · liaison"}
LINK = "https://t.me/staff_bot?start=7QPX-9ABC-2DEF"
TABLE: Data = {
    "unit": "hq_office",
    "holders": ["Lin", "Wu"],
    "days": [
        {"day": f"2026-11-{day}", "weekday": day % 7, "names": ["Lin"] if day % 2 else []} for day in range(23, 30)
    ],
}

ITEMS = [{"name": "Tell the public", "clause": "YX-2.1a"}, {"name": "Better rewards", "clause": "YX-2.1b"}]
TASKS = [{"name": "Publicity", "items": ITEMS}, {"name": "Freight", "items": ITEMS[:1]}]
ASKED_ROUND = [
    {"rule": "monthly_report", "every": every, "clause": clause, "suggested": clause is None}
    for every in ("month", "quarter", "half_year", "year", "once", "last")
    for clause in ("YX-3.4b", None)
]
HEADINGS = [{"id": "YX-3", "text": "Means", "deep": 1}, {"id": "YX-3.4a", "text": "Reports", "deep": 2}]
CARRIED: Data = {
    "tasks": [
        {"name": "Publicity", "lead": ["tobacco"], "assists": ["police"]},
        {"name": "Freight", "lead": ["market"], "assists": []},
    ],
    "regimes": ["case_supervision"],
    "duties": ["quarterly_inspection"],
}
NO_TASKS: Data = {"unit": "tobacco", "leads": [], "assists": [], "asked": []}
PLACES: list[Data] = [
    {"unit": "tobacco", "phone": phone, "outside": outside, "seats": seats, "vacant": vacant}
    for phone in ("0772-000000", "")
    for outside in (True, False)
    for seats, vacant in (([], ["liaison", "leader"]), (["liaison", "duty"], []))
]
EMPTY: list[Data] = [
    {"seat": "leader", "units": ["tobacco", "police"]},
    {"seat": "coordinator", "units": ["hq_office"]},
]

SAID_OF_PEOPLE: dict[str, list[Data]] = {
    "staff/ours:tasks": [
        {"title": "Plan", "units": [NO_TASKS]},
        {"title": "Plan", "units": [NO_TASKS | {"leads": TASKS, "assists": TASKS, "asked": ASKED_ROUND}]},
        {"title": "Plan", "units": [NO_TASKS | {"leads": [TASKS[0] | {"name": ""}]}]},
    ],
    "staff/ours:directory": [
        {"phones": PLACES[:1], "silent": ["tobacco", "police"], "vacant": EMPTY, "outside": ["liuzhou_customs"]},
        {"phones": [], "silent": [], "vacant": [], "outside": []},
    ],
    "staff/ours:reached": PLACES,
    "staff/ours:no_unit": [{"words": "Somebody"}],
    "staff/clauses:contents": [
        {"title": "Plan", "count": 2, "lines": HEADINGS, "page": page} for page in ([], [1, 2, 33])
    ]
    + [{"title": "Plan", "count": 0, "lines": [], "page": []}],
    "staff/clauses:clause": [
        {"id": "YX-3.4d", "text": "Words", "under": under, **carried}
        for under in ([], HEADINGS)
        for carried in (CARRIED, {"tasks": [], "regimes": [], "duties": []})
    ],
    "staff/clauses:found": [
        {"words": "Words", "lines": lines, "more": more, "none": none}
        for lines, more, none in ((HEADINGS, 0, False), (HEADINGS, 3, False), ([], 0, False), ([], 0, True))
    ],
    "duties/leave:ask_days": [asked({}, {"before": one}) for one in (None, *DAYS)],
    "duties/leave:ask_deputy": [asked({"days": one}, {"before": None}) for one in DAYS],
    "duties/leave:done": [one | {"unheard": alone} for one in LEAVES for alone in (False, True)],
    "duties/leave:back": [{"begun": begun, "deputy": who} for begun in (True, False) for who in ("Lin", "")],
    "duties/leave:told_deputy": [one | {"who": "Wu"} for one in LEAVES],
    "duties/leave:told_leader": [one | {"who": "Wu"} for one in LEAVES],
    **{f"duties/leave:told_{one}": [{"who": "Wu"}] for one in ("deputy_back", "leader_back")},
    "duties/morning:ask_at": [
        asked({}, MORNING | {"where": where, "since": since})
        for where in ("all", "last", "Telegram")
        for since in (None, "2026-11-24")
    ],
    "duties/morning:ask_where": [asked({"at": "where"}, MORNING)],
    "duties/morning:done": [
        MORNING | {"where": where, "since": "2026-11-24", "default": where == "all"}
        for where in ("all", "last", "Telegram")
    ],
    **{f"common:why_{one}": [MORNING] for one in ("want_time", "no_such_time", "quiet_time")},
    "common:why_not_bound": [{"via": "Telegram"}],
    "duties/succession:ask_seat": [asked({}, {"seat": ""})],
    "duties/succession:ask_name": [asked({"seat": "tobacco.liaison"}, SEAT)],
    "duties/succession:review": [shown({"seat": "tobacco.liaison", "name": "Wu"}, SEAT)],
    **{f"duties/succession:{one}": [ABOUT] for one in ("done", "waits", "coming", "refused")},
    "duties/succession:agreed": [ABOUT | {"code": "7QPX-9ABC-2DEF", "link": one} for one in (LINK, "")],
    "duties/successor:ask_act": [asked({"_succession": 7531}, one) for one in (ABOUT, {"gone": True})],
    "duties/successor:told": [ABOUT],
    "duties/successor:done": [ABOUT | {"agreed": one} for one in (True, False)],
    "duties/successor:decided": [{"who": "Lin", "at": AT, "agreed": one} for one in (True, False)],
    "duties/successor:no_more": [ABOUT],
    "duties/shifts:ask_unit": [asked({}, {})],
    "duties/shifts:ask_lines": [asked({"unit": "hq_office"}, one) for one in (TABLE, TABLE | {"holders": []})],
    "duties/shifts:done": [
        {"days": days, "unknown": unknown, "unread": unread}
        for days in (0, 1, 3)
        for unknown in ([], ["Wang", "Li"])
        for unread in ([], ["nobody today"])
    ],
}
