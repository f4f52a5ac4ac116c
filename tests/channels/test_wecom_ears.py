"""What WeCom tells us, and what we take it for: members at the staff's app, citizens at a KF account."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom import app_ears, cards, envelope, kf_ears
from bot.channels.wecom.cards import click_id
from bot.channels.wecom.noticed import Failed, Noticed, Pull

HEX = re.compile(r"[0-9a-f]{64}")


def file(media_id: str) -> dict[str, Any]:
    remote = {"id": media_id, "size": 0, "name": "", "mime": "", "album": None}
    return {"kind": "file", "remote": remote, "text": ""}


def said(text: str = "") -> dict[str, Any]:
    return {"kind": "said", "text": text}


def chose(choice: str, prompt: int, **more: str) -> dict[str, Any]:
    return {"kind": "chose", "choice": choice, "prompt": prompt, **more}


# -- the staff's app -----------------------------------------------------------------------------------------------------


def callback(inner: str, peer: str = "ZhangSan") -> dict[str, Any]:
    """As it is once decrypted, through the reader it really comes by."""
    head = f"<ToUserName>ww1</ToUserName><FromUserName><![CDATA[{peer}]]></FromUserName><CreateTime>1348831860</CreateTime>"
    return envelope.read(f"<xml>{head}{inner}<AgentID>1</AgentID></xml>".encode())


def message(kind: str, inner: str) -> dict[str, Any]:
    return callback(f"<MsgType><![CDATA[{kind}]]></MsgType>{inner}<MsgId>1234567890123456</MsgId>")


def event(kind: str, inner: str = "", peer: str = "ZhangSan") -> dict[str, Any]:
    return callback(f"<MsgType>event</MsgType><Event><![CDATA[{kind}]]></Event>{inner}", peer)


def place(x: str, y: str) -> str:
    return f"<Location_X>{x}</Location_X><Location_Y>{y}</Location_Y><Scale>20</Scale><Label>x</Label>"


# message type, its own elements -> heard, aside (path/90239)
MESSAGES = [
    ("text", "<Content><![CDATA[ 你好 <b> ]]></Content>", said(" 你好 <b> "), False),
    ("text", "<Content></Content>", said(), False),
    ("text", "", said(), False),
    ("text", "<Content>1:take</Content>", said("1:take"), False),  # typed, so no press
    ("image", "<PicUrl>http://x</PicUrl><MediaId>M-1_a</MediaId>", file("M-1_a"), False),
    ("voice", "<MediaId>M2</MediaId><Format>amr</Format>", file("M2"), False),
    ("video", "<MediaId>M3</MediaId><ThumbMediaId>T</ThumbMediaId>", file("M3"), False),
    ("image", "", said(), False),  # nothing to fetch
    ("location", place("23.134", "113.358"), {"kind": "location", "place": [23.134, 113.358]}, False),  # latitude first
    ("location", place("-90", "180"), {"kind": "location", "place": [-90.0, 180.0]}, False),
    ("location", place("90.1", "0"), said(), False),
    ("location", place("0", "-180.1"), said(), False),
    ("location", place("nan", "0"), said(), False),
    ("location", place("", "x"), said(), False),
    ("link", "<Title>标题</Title><Description>d</Description><Url>https://x/1</Url>", said("标题\nhttps://x/1"), False),
    ("link", "<Url>https://x/1</Url>", said("https://x/1"), False),
    ("file", "<MediaId>M4</MediaId>", said(), True),  # not in the app's chat, they say
    ("miniprogram", "<Title>t</Title>", said(), True),
]


@pytest.mark.parametrize(("kind", "inner", "heard", "aside"), MESSAGES)
def test_messages(kind: str, inner: str, heard: dict[str, Any], aside: bool) -> None:
    """Each message has one meaning, by the member whatever the case of the userid, once per MsgId; one that nobody knows is
    answered and kept."""
    noticed = app_ears.hear(message(kind, inner))
    assert noticed == Noticed("zhangsan", "1234567890123456", heard, aside=aside)


def picked(*options: str) -> str:
    ids = "".join(f"<OptionId><![CDATA[{one}]]></OptionId>" for one in options)
    item = f"<SelectedItem><QuestionKey>q</QuestionKey><OptionIds>{ids}</OptionIds></SelectedItem>"
    return f"<SelectedItems>{item}</SelectedItems>"


def pressed(key: str, more: str = "") -> str:
    return f"<EventKey><![CDATA[{key}]]></EventKey><TaskId>t1</TaskId><ResponseCode>RC1</ResponseCode>{more}"


STANDS = ["t1|", "t1||RC1|1"]  # the card of this task, and the code that changes it from now on
NO_QUESTION = chose("", 0, stands=STANDS)
# event, its own elements -> heard (path/90240)
EVENTS = [
    ("enter_agent", "<EventKey></EventKey>", {"kind": "entered"}),
    ("subscribe", "", {"kind": "opened"}),
    ("unsubscribe", "", {"kind": "blocked"}),
    ("click", "<EventKey>待办</EventKey>", {"kind": "said", "text": "待办"}),
    ("click", "<EventKey>/language</EventKey>", {"kind": "said", "text": "/language"}),
    ("CLICK", "<EventKey>7:take</EventKey>", {"kind": "said", "text": "7:take"}),
    ("template_card_event", pressed("7:take"), chose("take", 7, stands=STANDS)),
    ("template_card_event", pressed("-1:due.ack"), chose("due.ack", -1, stands=STANDS)),
    ("template_card_event", pressed("7:take", "<SelectedItems></SelectedItems>"), chose("take", 7, stands=STANDS)),
    ("template_card_event", pressed("7:", picked("oil")), chose("oil", 7, stands=STANDS)),
    ("template_card_event", pressed("7:", picked("7:oil", "7:meat")), chose("oil", 7, stands=STANDS)),
    ("template_card_event", pressed("7:", picked("", "oil")), chose("oil", 7, stands=STANDS)),
    ("template_card_event", pressed("7:send", picked("oil")), chose("oil", 7, stands=STANDS)),
    ("template_card_event", pressed("7:", picked("8:oil")), chose("8:oil", 7, stands=STANDS)),
    ("template_card_event", pressed("7:", "<SelectedItems><SelectedItem/></SelectedItems>" + picked("x")), {"kind": "said", "text": ""}),
    ("template_card_event", pressed("7:take", picked("")), chose("take", 7, stands=STANDS)),
    ("template_card_event", pressed(f"7:\u202e{'k' * 128}"), chose("k" * 120, 7, stands=STANDS)),
    ("template_card_event", pressed("ack"), NO_QUESTION),
    ("template_card_event", pressed("x:ack"), NO_QUESTION),
    ("template_card_event", pressed("٣:ack"), NO_QUESTION),
    ("template_card_event", pressed("1234567890:ack"), NO_QUESTION),
    ("template_card_event", pressed(""), NO_QUESTION),
    ("template_card_event", "<EventKey>7:take</EventKey>", chose("take", 7)),  # no code: nothing to change it by
    ("template_card_menu_event", pressed("-1:stop"), chose("stop", -1, stands=STANDS)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inner", "heard"), EVENTS)
def test_events(kind: str, inner: str, heard: dict[str, Any]) -> None:
    """What a member does with the app, its menu and its cards. A press that is not of our form presses no open question."""
    noticed = app_ears.hear(event(kind, inner))
    assert (noticed.peer, noticed.heard, noticed.aside, noticed.alarm) == ("zhangsan", heard, False, "")
    assert HEX.fullmatch(noticed.ext_id)


CHOICES = tuple((f"c{number}:x", f"第{number}项") for number in range(9))


@pytest.mark.parametrize("count", [2, 9])
def test_a_card_is_heard_as_it_was_made(count: int) -> None:
    """Whether its choices are buttons or a list to pick from."""
    card = cards.question(cards.Face("问"), 7, CHOICES[:count], "t1", "确定")
    assert card is not None
    listed = card.body.get("button_selection", {}).get("option_list", [])
    presses = [(card.body["button_list"][0]["key"], picked(one["id"])) for one in listed]
    presses = presses or [(one["key"], "") for one in card.body["button_list"]]
    heard = [app_ears.hear(event("template_card_event", pressed(*one))).heard for one in presses]
    assert heard == [chose(choice, 7, stands=STANDS) for choice, _ in CHOICES[:count]]


@pytest.mark.parametrize("kind", sorted(app_ears.NO_ANSWER | {"LOCATION"}))
def test_nothing_to_answer(kind: str) -> None:
    """Known, and no answer due: neither heard nor kept. A place that the client reports by itself is not looked at."""
    noticed = app_ears.hear(
        event(kind, "<Latitude>23</Latitude><Longitude>113</Longitude><EventKey>https://x</EventKey>")
    )
    assert noticed == Noticed(ext_id=noticed.ext_id)


@pytest.mark.parametrize("kind", sorted(app_ears.ALARMS))
def test_alarms(kind: str) -> None:
    """What WeCom does to the app itself is told to whoever runs it, by a code word."""
    noticed = app_ears.hear(event(kind, "<EffectTime>1</EffectTime><AuthAddOpenKfId>wk1</AuthAddOpenKfId>", "sys"))
    assert noticed == Noticed(ext_id=noticed.ext_id, alarm=kind)


# what nobody here knows, or what has nobody to answer to
ODD = [
    event("brand_new_event"),
    event(""),
    event("click", "<EventKey>todo</EventKey>", peer=""),
    event("kf_msg_or_event", "<Token>T</Token>", peer=""),  # of which account?
    {"MsgType": "text", "Content": "x", "MsgId": "1"},
    {},
]


@pytest.mark.parametrize("told", ODD)
def test_kept_aside(told: dict[str, Any]) -> None:
    """Kept to be looked at, and under a name."""
    noticed = app_ears.hear(told)
    assert noticed.aside and noticed.heard is None and noticed.ext_id


def test_a_knock() -> None:
    """That something waits at a KF account comes to the app, from nobody."""
    body = b"""<xml><ToUserName>ww1</ToUserName><CreateTime>1348831860</CreateTime><MsgType>event</MsgType>
    <Event>kf_msg_or_event</Event><Token>ENCApHxn</Token><OpenKfId>wk1</OpenKfId></xml>"""
    noticed = app_ears.hear(envelope.read(body))
    assert noticed == Noticed(ext_id=noticed.ext_id, pull=Pull("wk1", "ENCApHxn"))


WHOSE = ("ToUserName", "AgentID", "FromUserName", "CreateTime")
CARD = event("template_card_event", pressed("7:take"))
CLICK = event("click", "<EventKey>todo</EventKey>")
# two callbacks -> whether they are the same one
REPEATS = [
    (CLICK, dict(CLICK), True),
    (CLICK, CLICK | {"Anything": "else"}, True),
    *((CLICK, CLICK | {name: "another"}, False) for name in (*WHOSE, "Event", "EventKey", "TaskId")),
    (CLICK | {"EventKey": "ab", "TaskId": "c"}, CLICK | {"EventKey": "a", "TaskId": "bc"}, False),
    (CARD, CARD | {"CreateTime": "another"}, True),
    (CARD, CARD | {"ResponseCode": "RC2"}, False),
    (message("text", "<Content>a</Content>"), message("text", "<Content>b</Content>"), True),  # one MsgId
    ({"MsgType": "text", "Content": "a"}, {"MsgType": "text", "Content": "b"}, False),  # none
]


@pytest.mark.parametrize(("one", "other", "same"), REPEATS)
def test_repeats(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    """A repetition is known by what is inside: MsgId; a card's code, once per click; else who, when, what and which."""
    assert (app_ears.hear(one).ext_id == app_ears.hear(other).ext_id) is same


def test_names_tell_nothing() -> None:
    """A name for an event shows neither the member nor the code by which their card can be changed, and any fits its column."""
    assert "RC1" not in app_ears.hear(CARD).ext_id and "zhangsan" not in app_ears.hear(CLICK).ext_id
    for odd in ("9" * 200, "a b", "\0", "号"):
        assert HEX.fullmatch(app_ears.hear({"FromUserName": "a", "MsgType": "text", "MsgId": odd}).ext_id)


LEAVES = st.sampled_from(["", "event", "text", "location", "template_card_event", "7:x", "nan", "甲"]) | st.text(
    max_size=5
)
NAMES = st.sampled_from(
    ["MsgType", "Event", "FromUserName", "EventKey", "SelectedItems", "SelectedItem", "OptionIds", "OptionId", "MsgId"]
)
NESTED = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5))


@given(st.dictionaries(NAMES, NESTED, max_size=9))
def test_any_callback(told: dict[str, Any]) -> None:
    """Whatever is left out or nested, something is noticed; and what is heard has somebody who said it."""
    noticed = app_ears.hear(told)
    assert noticed.ext_id and (noticed.heard is None or noticed.peer)


# -- citizens ------------------------------------------------------------------------------------------------------------


def item(kind: str, body: object, **more: Any) -> dict[str, Any]:
    head = {
        "msgid": "from_msgid_46",
        "open_kfid": "wk1",
        "external_userid": "wmA_b-C",
        "send_time": 1615478585,
        "origin": 3,
    }
    return {**head, "msgtype": kind, kind: body, **more}


def happened(kind: str, **body: Any) -> dict[str, Any]:
    inside = {"event_type": kind, "open_kfid": "wk1", "external_userid": "wmA_b-C", **body}
    return {"msgid": "m1", "send_time": 1, "origin": 4, "msgtype": "event", "event": inside}


# message type, its body -> heard, aside (path/94670)
ITEMS = [
    ("text", {"content": "我要举报"}, said("我要举报"), False),
    ("text", {"content": ""}, said(), False),
    ("text", {"content": "half \ud83d a sign"}, said("half ? a sign"), False),
    ("text", {"content": "成品油", "menu_id": click_id(12, "oil")}, chose("oil", 12), False),
    ("text", {"content": "停", "menu_id": "_2d1_3astop"}, chose("stop", -1), False),
    ("text", {"content": "x", "menu_id": click_id(3, "in_to.县-5")}, chose("in_to.县-5", 3), False),
    ("text", {"content": "x", "menu_id": "3_3Aoil"}, chose("oil", 3), False),  # either case
    ("text", {"content": "第一项", "menu_id": "101"}, said("第一项"), False),  # a menu that is not ours: its words
    ("text", {"content": "第一项", "menu_id": "12_3a"}, said("第一项"), False),
    ("text", {"content": "第一项", "menu_id": "12:oil"}, said("第一项"), False),
    ("text", {"content": "第一项", "menu_id": "12_3"}, said("第一项"), False),
    ("text", {"content": "第一项", "menu_id": "12_3a_ff"}, said("第一项"), False),
    ("text", {"content": "第一项", "menu_id": 12}, said("第一项"), False),
    ("image", {"media_id": "M1"}, file("M1"), False),
    ("voice", {"media_id": "M2"}, file("M2"), False),
    ("video", {"media_id": "M3"}, file("M3"), False),
    ("file", {"media_id": "M4"}, file("M4"), False),
    ("file", {}, said(), False),
    ("location", {"latitude": 23.1, "longitude": 113.2, "name": "a", "address": "b"},
     {"kind": "location", "place": [23.1, 113.2]}, False),
    ("location", {"latitude": "23.1", "longitude": 113}, {"kind": "location", "place": [23.1, 113.0]}, False),
    ("location", {"latitude": None, "longitude": True}, said(), False),
    ("location", None, said(), False),
    ("link", {"title": "标题", "desc": "d", "url": "https://x/1", "pic_url": "p"}, said("标题\nhttps://x/1"), False),
    ("business_card", {"userid": "lisi"}, {"kind": "contact"}, False),
    ("miniprogram", {"title": "t", "appid": "a"}, said(), False),
    ("msgmenu", {}, said(), False),
    ("channels", {"title": "t"}, said(), False),
    ("channels_shop_product", {}, said(), False),
    ("channels_shop_order", {}, said(), False),
    ("merged_msg", {"title": "t", "item": []}, said(), False),
    ("meeting", {}, said(), False),
    ("calendar", {}, said(), False),
    ("note", None, said(), False),
    ("brand_new_type", {"what": "?"}, said(), True),
    ("text", None, said(), False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "heard", "aside"), ITEMS)
def test_items(kind: str, body: object, heard: dict[str, Any], aside: bool) -> None:
    """Each message has one meaning, by the pseudonym as it is written, once per msgid; one that nobody knows is answered and
    kept. Contacts are not taken."""
    assert kf_ears.hear(item(kind, body)) == Noticed("wmA_b-C", "from_msgid_46", heard, aside=aside)


OPENED: dict[str, Any] = {"kind": "opened"}
STARTED: dict[str, Any] = {"kind": "started", "payload": "Ab-1_x"}
# event -> what is noticed of it beside its name
HAPPENED = [
    (happened("enter_session", scene="s", scene_param=""), Noticed("wmA_b-C", heard=OPENED)),
    (happened("enter_session", welcome_code="W1"), Noticed("wmA_b-C", heard=OPENED | {"welcome": "W1"})),
    (happened("enter_session", scene_param="Ab-1_x"), Noticed("wmA_b-C", heard=STARTED)),
    (happened("enter_session", scene_param="Ab-1_x", welcome_code="W1"), Noticed("wmA_b-C", heard=STARTED | {"welcome": "W1"})),
    (happened("enter_session", scene_param="a" * 65), Noticed("wmA_b-C", heard=OPENED)),
    (happened("enter_session", scene_param="<b>"), Noticed("wmA_b-C", heard=OPENED)),
    (happened("enter_session", scene_param="a\n"), Noticed("wmA_b-C", heard=OPENED)),
    (happened("enter_session", scene_param=7), Noticed("wmA_b-C", heard=OPENED)),
    (happened("enter_session", external_userid=""), Noticed(aside=True)),
    (happened("user_recall_msg", recall_msgid="m0"), Noticed("wmA_b-C", heard={"kind": "recalled", "message": "m0"})),
    (happened("msg_send_fail", fail_msgid="f1", fail_type=4), Noticed("wmA_b-C", failed=Failed("f1", 4))),
    (happened("msg_send_fail", fail_msgid="f1"), Noticed("wmA_b-C", failed=Failed("f1", 0))),
    (happened("servicer_status_change", servicer_userid="lisi", status=2), Noticed()),
    (happened("session_status_change", change_type=3, msg_code="C"), Noticed()),
    (happened("servicer_recall_msg", recall_msgid="m0"), Noticed()),
    (happened("reject_customer_msg_switch_change", reject_switch=1), Noticed()),
    (happened("brand_new_event"), Noticed(aside=True)),
    (happened("enter_session") | {"event": None}, Noticed(aside=True)),
]  # fmt: skip


@pytest.mark.parametrize(("told", "noticed"), HAPPENED)
def test_what_happens_at_a_kf_account(told: dict[str, Any], noticed: Noticed) -> None:
    """Coming in (with what the link carried, where it is a code of ours), taking a message back, and our own messages that
    did not arrive. What servicers do is nobody's message."""
    found = kf_ears.hear(told)
    assert found == Noticed(noticed.peer, "m1", noticed.heard, noticed.aside, failed=noticed.failed)


# who is said to have sent it -> what is noticed of a text
ORIGINS = [(5, Noticed()), (4, Noticed(aside=True)), (0, Noticed(aside=True)), (None, Noticed(aside=True))]


@pytest.mark.parametrize(("origin", "noticed"), ORIGINS)
def test_who_speaks(origin: int | None, noticed: Noticed) -> None:
    """Only the citizen is heard: not a servicer who types in the client, and nobody unknown."""
    told = item("text", {"content": "x"}, origin=origin)
    assert kf_ears.hear(told) == Noticed(ext_id="from_msgid_46", aside=noticed.aside)


def test_a_recall_names_what_was_said() -> None:
    """By the name under which it came in, also where that is too long for one."""
    for msgid in ("m0", "m" * 300):
        told = kf_ears.hear(item("text", {"content": "x"}, msgid=msgid))
        recalled = kf_ears.hear(happened("user_recall_msg", recall_msgid=msgid))
        assert recalled.heard is not None and recalled.heard["message"] == told.ext_id


@given(st.integers(-1, 999_999_999), st.text("abz_.-:09县😀 ", min_size=1, max_size=20).map(str.strip).filter(bool))
def test_a_click_comes_back_as_it_was_written(prompt: int, choice: str) -> None:
    """Any choice survives the few letters that a menu's id may hold, `_` included."""
    menu_id = click_id(prompt, choice)
    assert re.fullmatch("[a-zA-Z0-9_]+", menu_id)
    assert kf_ears.hear(item("text", {"content": "x", "menu_id": menu_id})).heard == chose(choice, prompt)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
KINDS = st.sampled_from([*kf_ears.MESSAGES, *kf_ears.NO_ANSWER, "event", "new"])
PARTS = st.sampled_from(
    [
        "event_type",
        "external_userid",
        "media_id",
        "content",
        "menu_id",
        "latitude",
        "longitude",
        "scene_param",
        "fail_type",
    ]
)


@given(
    KINDS,
    JSON | st.dictionaries(PARTS, JSON | st.just("enter_session"), max_size=5),
    st.dictionaries(PARTS, JSON),
    JSON,
)
def test_any_item(kind: str, body: object, more: dict[str, Any], msgid: object) -> None:
    """Whatever is left out or another thing than it should be, something is noticed, and it can be kept: one item that could
    not be would hold up all behind it."""
    head = {"msgid": msgid, "external_userid": "wm1", "origin": 3, "msgtype": kind}
    noticed = kf_ears.hear({**head, kind: body, **more})
    assert noticed.ext_id and len(noticed.ext_id) <= 64 and (noticed.heard is None or noticed.peer)
    noticed.ext_id.encode(), noticed.peer.encode(), str(noticed.heard).encode()
