"""The data of the words about working groups, as `handlers.coordinators.groups` and `storage` give it."""

from tests.handlers.samples import AT, Data, asked

TELEGRAM: Data = {"id": 7, "n": 1, "via": "Telegram", "office": "hq_office", "who": "Lin", "at": AT, "bound": True}
WEBHOOK: Data = {"id": 8, "n": 2, "via": "WeCom", "office": None, "who": "", "at": AT, "bound": False}


def standing(which: Data | None, *groups: Data, can_bind: bool = True, many: bool = False) -> Data:
    return {"groups": list(groups), "which": which, "can_bind": can_bind, "many": many}


LISTS = [
    standing(None),
    standing(None, WEBHOOK, can_bind=False),
    standing(None, TELEGRAM, WEBHOOK),
    standing(None, TELEGRAM, many=True),
]
GROUPS = "staff/groups:"
SAID_OF_GROUPS: dict[str, list[Data]] = {
    f"{GROUPS}ask_which": [asked({}, one) for one in LISTS],
    f"{GROUPS}ask_sure": [asked({"which": "7"}, standing(TELEGRAM, TELEGRAM))],
    f"{GROUPS}code": [
        {"code": "K7QF-2M9X-WB3D", "minutes": 15, "link": link}
        for link in ("", "https://t.me/x?startgroup=K7QF-2M9X-WB3D")
    ],
    "reminders:group_gone": [{"via": one} for one in ("wecom", "telegram")],
}
