"""The WeCom simulator, spoken to by a plain HTTP client: conversations of staff with the app."""

# ruff: noqa: F401, F811  (fixtures are imported by name)

from typing import Any

import pytest

from tests.simulators.wecom import Simulator
from tests.simulators.wecom.apps import App
from tests.simulators.wecom.fixtures import app, program, sim, zhang
from tests.simulators.wecom.people import Member
from tests.simulators.wecom.program import Program


def card(task: str = "row-1", **more: Any) -> dict[str, Any]:
    buttons = [{"text": "签收", "key": "12:take"}, {"text": "延期", "key": "12:later"}]
    shape = {
        "card_type": "button_interaction",
        "main_title": {"title": "待办"},
        "task_id": task,
        "button_list": buttons,
    }
    return shape | more


def to(user: str, content: dict[str, Any], kind: str = "template_card", **more: Any) -> dict[str, Any]:
    return {"touser": user, "msgtype": kind, "agentid": 1000002, kind: content} | more


async def test_everything_a_member_does_arrives(program: Program, app: App, zhang: Member) -> None:
    """Every type and event of D 90239 and D 90240 that staff cause, with media to fetch for three days."""
    await zhang.says("在吗")
    said = await program.next()
    assert (said["MsgType"], said["Content"], said["FromUserName"]) == ("text", "在吗", "ZhangSan")
    assert said["MsgId"].isdigit() and said["AgentID"] == "1000002"
    for verb, kind in ((zhang.sends_photo, "image"), (zhang.sends_voice, "voice"), (zhang.sends_video, "video")):
        await verb(b"bytes")
        sent = await program.next()
        assert sent["MsgType"] == kind
        async with program.http.get(
            f"{program.url}/cgi-bin/media/get",
            params={"access_token": await program.login(), "media_id": sent["MediaId"]},
            headers={"Range": "bytes=1-2"},
        ) as answer:
            assert (answer.status, await answer.read()) == (206, b"yt")
            assert answer.headers["Content-Range"] == "bytes 1-2/5"
    await zhang.sends_location(24.5, 109.7, "渡口")
    assert (await program.next())["Location_X"] == "24.5"
    await zhang.enters()
    assert (await program.next())["Event"] == "enter_agent"
    menu = {"button": [{"name": "我的", "sub_button": [{"type": "click", "name": "待办", "key": "todo"}]}]}
    assert (await program.call("menu/create", menu, agentid="1000002"))["errcode"] == 0
    await zhang.clicks_menu("待办")
    clicked = await program.next()
    assert (clicked["Event"], clicked["EventKey"]) == ("click", "todo")
    await zhang.leaves()
    assert (await program.next())["Event"] == "unsubscribe"
    assert (await program.call("message/send", to("ZhangSan", {"content": "x"}, "text")))["errcode"] == 81013


async def test_a_card_is_pressed_and_updated_once(program: Program, app: App, zhang: Member) -> None:
    """A click brings a fresh code; a code updates once, for the members named; the others keep their card [D 94888]."""
    li = app.corp.member("lisi", app)
    sent = await program.call("message/send", to("zhangsan|LISI|nobody", card()))
    assert (sent["errcode"], sent["invaliduser"], bool(sent["response_code"])) == (0, "nobody", True)
    await zhang.hears("待办")
    assert zhang.buttons() == li.buttons() == ["签收", "延期"]
    await zhang.presses("take")
    event = await program.next()
    assert (event["Event"], event["EventKey"], event["TaskId"]) == ("template_card_event", "12:take", "row-1")
    body = {"userids": ["zhangsan"], "agentid": 1000002, "response_code": event["ResponseCode"]}
    body["button"] = {"replace_name": "已签收"}
    assert await program.call("message/update_template_card", body) == {"errcode": 0, "errmsg": "ok", "invaliduser": []}
    assert "已签收" in (await zhang.hears("已签收")).text
    assert (zhang.buttons(), li.buttons()) == ([], ["签收", "延期"])
    assert (await program.call("message/update_template_card", body))["errcode"] == 60140
    again = body | {"response_code": sent["response_code"], "userids": ["lisi", "wangwu"]}
    assert (await program.call("message/update_template_card", again))["invaliduser"] == ["wangwu"]
    assert li.buttons() == []


async def test_a_card_becomes_another(program: Program, zhang: Member) -> None:
    """Any card in the place of any [D 94888]: its buttons are pressed under its own task_id, or are words from now on."""
    sent = await program.call("message/send", to("zhangsan", card()))
    body = {"userids": ["zhangsan"], "agentid": 1000002, "response_code": sent["response_code"]}
    again = card("row-2", button_list=[{"text": "办结", "key": "13:done"}])
    assert (await program.call("message/update_template_card", body | {"template_card": again}))["errcode"] == 0
    await zhang.presses("办结")
    event = await program.next()
    assert (event["TaskId"], event["EventKey"]) == ("row-2", "13:done")
    body |= {"response_code": event["ResponseCode"], "template_card": again | {"replace_text": "已办结"}}
    assert (await program.call("message/update_template_card", body))["errcode"] == 0
    assert zhang.buttons() == [] and "已办结" in zhang.text()


async def test_options_are_selected(program: Program, zhang: Member) -> None:
    """What was picked comes in SelectedItems, else what the card had selected [D 90240]."""
    options = [{"id": "9:u1", "text": "市场监管"}, {"id": "9:u2", "text": "海关"}]
    chosen = {"question_key": "9", "title": "单位", "option_list": options, "selected_id": "9:u1"}
    await program.call("message/send", to("zhangsan", card(button_selection=chosen)))
    for selects, expected in ((["海关"], "9:u2"), ([], "9:u1")):
        await zhang.presses("签收", selects)
        item = (await program.next())["SelectedItems"]["SelectedItem"]
        assert item == {"QuestionKey": "9", "OptionIds": {"OptionId": expected}}


async def test_a_recalled_message_is_gone(sim: Simulator, program: Program, zhang: Member) -> None:
    """Within 24 hours [D 94867]; nobody's msgid is 40058."""
    sent = await program.call("message/send", to("zhangsan", {"content": "错了"}, "text"))
    late = await program.call("message/send", to("zhangsan", {"content": "也错了"}, "text"))
    message = await zhang.hears("错了")
    assert (await program.call("message/recall", {"msgid": "other"}))["errcode"] == 40058
    assert (await program.call("message/recall", {"msgid": sent["msgid"]}))["errcode"] == 0
    await zhang.loses(message)
    assert zhang.text() == "也错了"
    sim.clock.forward(hours=25)
    assert (await program.call("message/recall", {"msgid": late["msgid"]}))["errcode"] == 42052


@pytest.mark.parametrize(("gap", "count", "shown"), [(0, 40, 30), (4, 40, 40), (3, 1010, 1000)])
async def test_beyond_the_rate_it_is_silence(
    sim: Simulator, program: Program, zhang: Member, gap: int, count: int, shown: int
) -> None:
    """30 a minute and 1000 an hour for one member: errcode 0, and nothing on the screen [D 90312]."""
    for number in range(count):
        answer = await program.call("message/send", to("zhangsan", {"content": str(number)}, "text"))
        assert answer["errcode"] == 0
        sim.clock.forward(seconds=gap)
    assert (len(zhang.sees()), len(sim.journal.dropped)) == (shown, count - shown)
    assert sim.journal.busiest(60) == (count if not gap else -(-60 // gap))


async def test_duplicates_are_stopped_when_asked(sim: Simulator, program: Program, zhang: Member) -> None:
    """The same JSON within the interval, when enable_duplicate_check is set [D 90236]."""
    body = to("zhangsan", {"content": "一次"}, "text", enable_duplicate_check=1, duplicate_check_interval=600)
    first, second = [await program.call("message/send", body) for _ in range(2)]
    assert (second["errcode"], second["msgid"]) == (0, first["msgid"])
    assert (len(zhang.sees()), len(sim.journal.repeated)) == (1, 1)
    sim.clock.forward(seconds=601)
    await program.call("message/send", body)
    await program.call("message/send", to("zhangsan", {"content": "一次"}, "text"))
    await program.call("message/send", to("zhangsan", {"content": "一次"}, "text"))
    assert len(zhang.sees()) == 4


async def test_errcode_0_is_not_everybody(program: Program, app: App, zhang: Member) -> None:
    """Unknown and invisible members are listed in lower case, unlicensed ones apart [D 90236]."""
    app.corp.member("wangwu")
    app.corp.member("LiSi", app).licensed = False
    answer = await program.call("message/send", to("ZhangSan|wangwu|Nobody|LiSi", {"content": "x"}, "text"))
    assert (answer["errcode"], answer["invaliduser"], answer["unlicenseduser"]) == (0, "nobody|wangwu", "lisi")
    assert zhang.text() == "x" and not app.corp.members["lisi"].sees()
