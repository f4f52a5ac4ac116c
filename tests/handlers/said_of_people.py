"""The data of the words about people: leave, successors, the duty roster, as `handlers.duties` gives it."""

from tests.handlers.samples import AT, Data, asked, shown

DAYS = (["2026-11-25", "2026-11-28"], ["2026-11-25", "2026-11-25"], ["2026-12-28", "2027-01-03"])
LEAVES: list[Data] = [{"days": days, "deputy": who} for days in DAYS for who in ("Lin", "")]
ABOUT: Data = {"unit": "tobacco", "seat": "liaison", "name": "Wu", "who": "Lin"}
SEAT: Data = {"seat": "Tobacco · liaison"}
LINK = "https://t.me/staff_bot?start=7QPX-9ABC-2DEF"
TABLE: Data = {
    "unit": "hq_office",
    "holders": ["Lin", "Wu"],
    "days": [
        {"day": f"2026-11-{day}", "weekday": day % 7, "names": ["Lin"] if day % 2 else []} for day in range(23, 30)
    ],
}

SAID_OF_PEOPLE: dict[str, list[Data]] = {
    "duties/leave:ask_days": [asked({}, {"before": one}) for one in (None, *DAYS)],
    "duties/leave:ask_deputy": [asked({"days": one}, {"before": None}) for one in DAYS],
    "duties/leave:done": LEAVES,
    "duties/leave:back": [{"begun": begun, "deputy": who} for begun in (True, False) for who in ("Lin", "")],
    "duties/leave:told_deputy": [one | {"who": "Wu"} for one in LEAVES],
    "duties/leave:told_leader": [one | {"who": "Wu"} for one in LEAVES],
    **{f"duties/leave:told_{one}": [{"who": "Wu"}] for one in ("deputy_back", "leader_back")},
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
