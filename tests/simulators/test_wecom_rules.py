"""What the WeCom simulator refuses, by errcode; beside each the page that says so, or M for a guess."""

# ruff: noqa: F401, F811  (fixtures are imported by name)

from typing import Any

import pytest

from tests.simulators.wecom import Limits, Simulator
from tests.simulators.wecom.apps import App
from tests.simulators.wecom.citizens import Citizen
from tests.simulators.wecom.fixtures import account, app, citizen, program, sim, zhang
from tests.simulators.wecom.people import Member
from tests.simulators.wecom.program import KEY, TOKEN, Program

JPEG, AMR, MP4 = b"\xff\xd8\xff\xe0 picture", b"#!AMR voice", b"\0\0\0\x18ftypmp42"


def button(number: int = 0, **more: Any) -> dict[str, Any]:
    return {"text": "签收", "key": f"12:{number}"} | more


def card(**more: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {"card_type": "button_interaction", "main_title": {"title": "待办"}, "task_id": "row-1"}
    shape |= {"button_list": [button()]} | more
    return {name: value for name, value in shape.items() if value is not None}


NOTICE = card(card_type="text_notice", task_id=None, button_list=None)
ACTION = {"card_action": {"type": 1, "url": "https://tips.example/page"}}


def options(count: int, longest: int = 4) -> dict[str, Any]:
    return {"question_key": "q", "option_list": [{"id": f"{n:0{longest}}", "text": "x"} for n in range(count)]}


# What of message/send differs from a good one (None: left out), errcode, page.
SENDS: list[tuple[dict[str, Any], int, str]] = [
    ({"agentid": None}, 41011, "D 90313"),
    ({"agentid": 1000009}, 40056, "D 90313"),
    ({"agentid": 1000003}, 301002, "D 90313"),
    ({"touser": None}, 81012, "D 90313"),
    ({"touser": "nobody"}, 81013, "D 90236"),
    ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032, "D 90313"),
    ({"msgtype": "news"}, 40008, "D 90313"),
    ({"msgtype": "text", "text": {"content": ""}}, 44004, "D 90313"),
    ({"msgtype": "text"}, 44004, "D 90313"),
    ({"msgtype": "markdown", "markdown": {"content": "字" * 683}}, 45002, "D 90236"),
    ({"msgtype": "file", "file": {"media_id": "nothing"}}, 40007, "D 90313"),
    ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "tips.example"}}, 45034, "D 90313"),
    ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d"}}, 41010, "D 90313"),
    ({"template_card": card(card_type="letter")}, 42027, "M"),
    ({"template_card": card(main_title=None)}, 42027, "M"),
    ({"template_card": card(task_id=None)}, 42014, "D 90236"),
    ({"template_card": card(task_id="row 1")}, 42014, "D 90236"),
    ({"template_card": card(task_id="x" * 129)}, 42014, "D 90236"),
    ({"template_card": card(button_list=[button(n) for n in range(7)])}, 42027, "D 90236, code M"),
    ({"template_card": card(button_list=[])}, 42027, "D 90236, code M"),
    ({"template_card": card(button_list=[button(text="")])}, 42038, "D 90313"),
    ({"template_card": card(button_list=[button(key="")])}, 42039, "D 90313"),
    ({"template_card": card(button_list=[button(key="k" * 1025)])}, 42039, "D 90236"),
    ({"template_card": card(button_list=[button(), button()])}, 42039, "D 90236, code M"),
    ({"template_card": card(button_list=[button(type=1, url="tips.example")])}, 45034, "D 90313"),
    ({"template_card": card(button_selection=options(11))}, 42027, "D 90236, code M"),
    ({"template_card": card(button_selection=options(2, 129))}, 42027, "D 90236, code M"),
    ({"template_card": card(horizontal_content_list=[{"keyname": "k"}] * 7)}, 42027, "D 90236, code M"),
    ({"template_card": card(horizontal_content_list=[{"value": "v"}])}, 42027, "D 90236, code M"),
    ({"template_card": card(jump_list=[{"title": "t"}] * 4)}, 42027, "D 90236, code M"),
    ({"template_card": NOTICE}, 42045, "D 90236"),
    ({"template_card": NOTICE | {"card_action": {"type": 0}}}, 42045, "D 90236"),
    ({"template_card": NOTICE | ACTION | {"main_title": {}}}, 42027, "D 90236, code M"),
    ({"template_card": NOTICE | ACTION | {"action_menu": {"action_list": [button()]}}}, 42014, "D 90236"),
    ({"template_card": card(action_menu={"action_list": [button(1), button(1)]})}, 42051, "D 90313"),
]

# Fields and types WeCom may swallow: refused here, and each a violation.
STRAYS: list[dict[str, Any]] = [
    {"touser ": "zhangsan"},
    {"agentid": "1000002"},
    {"toparty": "1"},
    {"enable_duplicate_check": 2},
    {"safe": True},
    {"duplicate_check_interval": 14401, "enable_duplicate_check": 1},
    {"template_card": card(buttons=[])},
    {"template_card": card(button_list=[button(kind=1)])},
]


def body(more: dict[str, Any]) -> dict[str, Any]:
    good = {"touser": "zhangsan", "msgtype": "template_card", "agentid": 1000002, "template_card": card()} | more
    return {name: value for name, value in good.items() if value is not None}


@pytest.mark.parametrize(("more", "errcode", "page"), SENDS)
async def test_sends_refused(
    app: App, program: Program, zhang: Member, more: dict[str, Any], errcode: int, page: str
) -> None:
    """A refused message reaches nobody, and says by its errcode what was wrong."""
    app.corp.app(1000003)
    assert (await program.call("message/send", body(more)))["errcode"] == errcode, page
    assert zhang.sees() == []


@pytest.mark.parametrize("more", STRAYS)
async def test_unknown_fields_are_violations(
    sim: Simulator, program: Program, zhang: Member, more: dict[str, Any]
) -> None:
    """What WeCom doesn't document is not tried on it."""
    answer = await program.call("message/send", body(more))
    assert answer["errcode"] and "simulator:" in answer["errmsg"]
    assert len(sim.journal.violations) == 1 and zhang.sees() == []


async def test_advised_lengths_are_noted_and_text_is_cut(sim: Simulator, program: Program, zhang: Member) -> None:
    """A title over 36 characters goes through; a text over 2048 bytes loses its end without a word [D 90236]."""
    assert (await program.call("message/send", body({"template_card": card(sub_title_text="字" * 161)})))[
        "errcode"
    ] == 0
    assert sim.journal.entries[-1].advice == ["sub_title_text"]
    await program.call("message/send", body({"msgtype": "text", "text": {"content": "字" * 700}}))
    assert (zhang.sees()[-1].text, len(sim.journal.cut)) == ("字" * 682, 1)


@pytest.mark.parametrize("silent", [False, True])
async def test_a_task_id_is_used_once(silent: bool) -> None:
    """Refused, or as a field report has it accepted and shown to nobody: a violation either way [D 90236]."""
    async with Simulator.open(Limits(task_twice_silent=silent)) as sim:
        app = sim.corp().app()
        zhang = app.corp.member("zhangsan", app)
        async with Program.open(sim.url, app) as program:
            assert (await program.call("message/send", body({})))["errcode"] == 43012  # no callback yet
            await app.save(program.callback, TOKEN, KEY)
            assert (await program.call("message/send", body({})))["errcode"] == 0
            assert (await program.call("message/send", body({})))["errcode"] == (0 if silent else 42014)
            assert (len(zhang.sees()), len(sim.journal.violations)) == (1, 1)


async def test_a_days_quota() -> None:
    """Person-times, not calls; the next day it goes on [D 90312, the code M]."""
    async with Simulator.open(Limits(accounts=1, day_per_account=3)) as sim:
        app = sim.corp().app()
        app.corp.member("zhangsan", app)
        app.corp.member("lisi", app)
        async with Program.open(sim.url, app) as program:
            both = body({"touser": "zhangsan|lisi", "msgtype": "text", "text": {"content": "x"}})
            assert [(await program.call("message/send", both))["errcode"] for _ in range(2)] == [0, 45009]
            assert (await program.call("message/send", both | {"touser": "lisi"}))["errcode"] == 0
            sim.clock.forward(days=1)
            assert (await program.call("message/send", both))["errcode"] == 0


# What of message/update_template_card differs, errcode, page.
UPDATES: list[tuple[dict[str, Any], int, str]] = [
    ({"userids": []}, 82101, "D 90313"),
    ({"userids": ["wangwu"]}, 82102, "D 90313"),
    ({"response_code": "none"}, 60140, "M"),
    ({"button": {"replace_name": ""}}, 42020, "D 90313"),
    ({"button": None}, 40063, "D 90313"),
    ({"button": None, "template_card": NOTICE}, 42045, "D 90236"),
]


@pytest.mark.parametrize(("more", "errcode", "page"), UPDATES)
async def test_updates_refused(program: Program, zhang: Member, more: dict[str, Any], errcode: int, page: str) -> None:
    """A refused update changes nothing, and the code may still be used [the last M]."""
    code = (await program.call("message/send", body({})))["response_code"]
    good = {"userids": ["zhangsan"], "agentid": 1000002, "response_code": code, "button": {"replace_name": "好"}}
    asked = {name: value for name, value in (good | more).items() if value is not None}
    assert (await program.call("message/update_template_card", asked))["errcode"] == errcode, page
    assert zhang.buttons() == ["签收"]
    assert (await program.call("message/update_template_card", good))["errcode"] == 0


async def test_a_code_lasts_72_hours(sim: Simulator, program: Program, zhang: Member) -> None:
    """D 94888. A notice without a menu has no code, and no button that could be replaced."""
    sent = await program.call("message/send", body({"template_card": NOTICE | ACTION}))
    assert "response_code" not in sent
    code = (await program.call("message/send", body({})))["response_code"]
    sim.clock.forward(hours=73)
    asked = {"userids": ["zhangsan"], "agentid": 1000002, "response_code": code, "button": {"replace_name": "好"}}
    assert (await program.call("message/update_template_card", asked))["errcode"] == 60140


def menu(count: int = 1, **more: Any) -> dict[str, Any]:
    click = {"type": "click", "click": {"id": "a_1", "content": "甲"} | more}
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": "选", "list": [click] * count}}


# What of kf/send_msg differs, errcode, page.
KF: list[tuple[dict[str, Any], int, str]] = [
    ({"touser": "wmnobody"}, 40096, "M"),
    ({"open_kfid": "wknone"}, 95000, "D 90313"),
    ({"msgtype": "ca_link"}, 40008, "D 90313"),
    ({"text": {"content": ""}}, 44004, "D 90313"),
    ({"msgid": "m 1"}, 40058, "D 94677"),
    ({"msgid": "m" * 33}, 40058, "D 94677"),
    ({"msgid": ""}, 40058, "F"),
    ({"msgtype": "image", "image": {"media_id": "nothing"}}, 40007, "D 90313"),
    ({"msgtype": "link", "link": {"title": "t", "url": "https://a.example"}}, 40007, "D 94677"),
    (menu(11), 95008, "D 94677"),
    (menu(content="字" * 43), 40058, "D 94677, code M"),
    (menu(id="i" * 129), 40058, "D 94677, code M"),
    (menu(id=""), 40063, "D 94677, code M"),
    ({"msgtype": "msgmenu", "msgmenu": {"head_content": "字" * 342, "list": []}}, 40058, "D 94677, code M"),
    ({"msgtype": "msgmenu", "msgmenu": {"list": [{"type": "poll"}]}}, 95009, "D 90313"),
]


@pytest.mark.parametrize(("more", "errcode", "page"), KF)
async def test_kf_sends_refused(
    program: Program, citizen: Citizen, more: dict[str, Any], errcode: int, page: str
) -> None:
    """A refused message costs nothing of the budget of five."""
    await citizen.says("有走私")
    good = {"touser": citizen.external, "open_kfid": citizen.kf.id, "msgtype": "text", "text": {"content": "好"}}
    assert (await program.call("kf/send_msg", good | more))["errcode"] == errcode, page
    assert (citizen.sees(), citizen.spent) == ([], 0)


async def test_another_app_has_no_say(sim: Simulator, app: App, citizen: Citizen) -> None:
    """An account belongs to the app it was given to [D 90313§48007]; ids to escape are a violation, not a refusal."""
    other = app.corp.app(1000003)
    await citizen.says("有走私")
    good = {"touser": citizen.external, "open_kfid": citizen.kf.id} | menu(id="12:take")
    async with Program.open(sim.url, other) as program:
        assert (await program.call("kf/send_msg", good))["errcode"] == 48007
        mine = (await program.call("kf/account/list", {"offset": 0, "limit": 100}))["account_list"]
        assert [one["manage_privilege"] for one in mine] == [False]
    async with Program.open(sim.url, app) as program:
        assert (await program.call("kf/send_msg", good))["errcode"] == 0
    assert [one.violation for one in sim.journal.violations] == ["a menu id with more than a-zA-Z0-9_"]


# Menus: buttons, errcode [D 90313].
MENUS: list[tuple[list[dict[str, Any]], int]] = [
    ([{"type": "click", "name": "待办", "key": "todo"}], 0),
    ([], 40016),
    ([{"type": "click", "name": "待办", "key": "todo"}] * 4, 40016),
    ([{"type": "press", "name": "待办", "key": "todo"}], 40017),
    ([{"type": "click", "name": "六个字的名字", "key": "todo"}], 40018),
    ([{"type": "click", "name": "待办", "key": "k" * 129}], 40019),
    ([{"type": "click", "name": "", "key": "k"}], 41102),
    ([{"type": "view", "name": "平台", "url": "tips.example"}], 40055),
    ([{"name": "我的", "sub_button": [{"type": "click", "name": "待办", "key": "todo"}] * 6}], 40023),
    ([{"name": "我的", "sub_button": [{"type": "click", "name": "字" * 14, "key": "todo"}]}], 40025),
]


@pytest.mark.parametrize(("buttons", "errcode"), MENUS)
async def test_menus(program: Program, buttons: list[dict[str, Any]], errcode: int) -> None:
    """What can't be a menu leaves none."""
    assert (await program.call("menu/create", {"button": buttons}, agentid="1000002"))["errcode"] == errcode
    got = await program.get("menu/get", access_token=program.token, agentid="1000002")
    assert (got["errcode"], got.get("button")) == ((0, buttons) if not errcode else (46003, None))


# kind, name, bytes, errcode
UPLOADS = [
    ("image", "图.jpg", JPEG, 0),
    ("voice", "a.amr", AMR, 0),
    ("video", "a.mp4", MP4, 0),
    ("file", "月报.pdf", b"%PDF-1", 0),
    ("file", "a.txt", b"12345", 40006),
    ("image", "a.jpg", b"GIF89a", 40123),
    ("image", "a.jpg", JPEG + bytes(10 << 20), 40009),
    ("voice", "a.amr", AMR + bytes(2 << 20), 45001),
    ("picture", "a.jpg", JPEG, 40005),
]


@pytest.mark.parametrize(("kind", "name", "data", "errcode"), UPLOADS)
async def test_uploads(program: Program, kind: str, name: str, data: bytes, errcode: int) -> None:
    """Kinds and sizes of D 90253; the name as it was sent."""
    answer = await program.upload(kind, name, data)
    assert answer["errcode"] == errcode
    if not errcode:
        assert program.app.corp.media.files[answer["media_id"]].name == name
        assert isinstance(answer["created_at"], str)


async def test_media_expire(sim: Simulator, program: Program, zhang: Member) -> None:
    """After three days 40007, to fetch and to send; the refusal of a fetch is JSON with HTTP 200 [D 90253, 90254]."""
    media_id = (await program.upload("file", "月报.pdf", b"%PDF-1"))["media_id"]
    more = {"msgtype": "file", "file": {"media_id": media_id}}
    assert (await program.call("message/send", body(more)))["errcode"] == 0
    assert zhang.sees()[0].file.data == b"%PDF-1"
    assert (await program.call("message/send", body(more | {"msgtype": "image", "image": more["file"]})))["errcode"]
    sim.clock.forward(days=3)
    assert (await program.call("message/send", body(more)))["errcode"] == 40007
    assert (await program.get("media/get", access_token=program.token, media_id=media_id))["errcode"] == 40007
