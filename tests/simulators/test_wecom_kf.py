"""The WeCom simulator, spoken to by a plain HTTP client: conversations of citizens through 微信客服."""

# ruff: noqa: F401, F811  (fixtures are imported by name)

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.simulators.wecom import Simulator
from tests.simulators.wecom.citizens import Citizen
from tests.simulators.wecom.fixtures import account, app, citizen, program, sim
from tests.simulators.wecom.kf import Kf
from tests.simulators.wecom.program import Program

JPEG = b"\xff\xd8\xff\xe0 picture"


def answer_to(citizen: Citizen, content: Any = None, kind: str = "text", **more: Any) -> dict[str, Any]:
    content = {"content": "好"} if content is None else content
    return {"touser": citizen.external, "open_kfid": citizen.kf.id, "msgtype": kind, kind: content} | more


async def pulled(program: Program, account: Kf, cursor: str = "", **more: Any) -> dict[str, Any]:
    event = await program.next()
    assert (event["Event"], event["OpenKfId"]) == ("kf_msg_or_event", account.id)
    body = {"open_kfid": account.id, "token": event["Token"], "cursor": cursor, "voice_format": 0}
    return await program.call("kf/sync_msg", body | more)


async def test_a_citizen_is_welcomed_and_answered(
    sim: Simulator, program: Program, account: Kf, citizen: Citizen
) -> None:
    """Link, welcome within 20 seconds and once, a menu, a choice with menu_id [D 94670, 95122, 94677]."""
    link = (await program.call("kf/add_contact_way", {"open_kfid": account.id, "scene": "poster"}))["url"]
    await citizen.opens(link=link + "&scene_param=ship-7")
    page = await pulled(program, account)
    event = page["msg_list"][0]["event"]
    assert (event["scene"], event["scene_param"], event["external_userid"]) == ("poster", "ship-7", citizen.external)
    assert "external_userid" not in page["msg_list"][0]
    clicks = [{"type": "click", "click": {"id": "_2d1_3aoil", "content": "成品油"}}]
    menu = {"head_content": "您要举报什么？", "list": clicks, "tail_content": "12388"}
    welcome = {"code": event["welcome_code"], "msgtype": "msgmenu", "msgmenu": menu}
    assert (await program.call("kf/send_msg_on_event", welcome))["errcode"] == 0
    assert (await program.call("kf/send_msg_on_event", welcome))["errcode"] == 41050
    await citizen.hears("您要举报什么")
    assert citizen.buttons() == ["成品油"]
    await citizen.chooses("oil")
    page = await pulled(program, account, page["next_cursor"])
    assert page["msg_list"][0]["text"] == {"content": "成品油", "menu_id": "_2d1_3aoil"}
    assert (page["msg_list"][0]["origin"], page["has_more"]) == (3, 0)
    assert await citizen.opens() == ""  # somebody who wrote is not welcomed again
    assert not sim.journal.violations


@pytest.mark.parametrize(("seconds", "errcode"), [(0, 0), (30, 41050)])
async def test_a_welcome_is_for_20_seconds(
    sim: Simulator, program: Program, citizen: Citizen, seconds: int, errcode: int
) -> None:
    """From the event to the answer, pull included [D 95122]."""
    code = await citizen.opens()
    sim.clock.forward(seconds=seconds)
    body = {"code": code, "msgtype": "text", "text": {"content": "您好"}}
    assert (await program.call("kf/send_msg_on_event", body))["errcode"] == errcode


async def test_five_messages_and_48_hours(sim: Simulator, program: Program, citizen: Citizen) -> None:
    """Until the citizen writes again; a menu click is writing [D 94677, the last M]."""
    assert (await program.call("kf/send_msg", answer_to(citizen)))["errcode"] == 95018
    assert sim.journal.violations.pop().path == "kf/send_msg"
    await citizen.says("有走私")
    answers = [(await program.call("kf/send_msg", answer_to(citizen)))["errcode"] for _ in range(6)]
    assert answers == [0, 0, 0, 0, 0, 95001]
    await citizen.says("成品油", menu_id="_1")
    assert (await program.call("kf/send_msg", answer_to(citizen)))["errcode"] == 0
    sim.clock.forward(hours=49)
    assert (await program.call("kf/send_msg", answer_to(citizen)))["errcode"] == 95002


async def test_a_msgid_is_a_key(sim: Simulator, program: Program, citizen: Citizen) -> None:
    """Accepted and cut off: the same msgid is answered 95033 and shown once, though the budget is spent [D 94677]."""
    await citizen.says("有走私")
    for _ in range(4):
        await program.call("kf/send_msg", answer_to(citizen))
    cut = sim.faults.cut("after", path="kf/send_msg")
    body = answer_to(citizen, {"content": "第五"}, msgid="row-5")
    with pytest.raises(aiohttp.ClientError):
        await program.call("kf/send_msg", body)
    assert cut.met[0].effect
    assert (await program.call("kf/send_msg", body))["errcode"] == 95033
    assert citizen.text().count("第五") == 1


async def test_pulling(sim: Simulator, program: Program, account: Kf, citizen: Citizen) -> None:
    """Small pages, an empty one with has_more, tokens of ten minutes, nothing of ours, three days [D 94670]."""
    for text in "一二三四五":
        await citizen.says(text)
    await program.call("kf/send_msg", answer_to(citizen))
    account.page, account.blanks = 2, 1
    token = (await program.next())["Token"]
    said: list[str] = []
    sizes, cursor, more = [], "", 1
    while more:
        body = {"open_kfid": account.id, "token": token, "cursor": cursor, "limit": 1000}
        page = await program.call("kf/sync_msg", body)
        cursor, more = page["next_cursor"], page["has_more"]
        sizes.append(len(page["msg_list"]))
        said += [one["text"]["content"] for one in page["msg_list"]]
    assert (sizes, "".join(said)) == ([0, 2, 2, 1], "一二三四五")
    other = {"open_kfid": account.corp.kf(program.app).id, "cursor": cursor}
    assert (await program.call("kf/sync_msg", other))["errcode"] == 40058
    sim.clock.forward(minutes=11)
    assert (await program.call("kf/sync_msg", {"open_kfid": account.id, "token": token}))["errcode"] == 95007
    sim.clock.forward(days=3)
    assert (await program.call("kf/sync_msg", {"open_kfid": account.id}))["msg_list"] == []
    tries = [(await program.call("kf/sync_msg", {"open_kfid": account.id}))["errcode"] for _ in range(12)]
    assert tries[0] == 0 and tries[-1] == 45009


async def test_recalls_failures_and_large_files(program: Program, account: Kf, citizen: Citizen) -> None:
    """Events carry the ids of what they are about; a file over the limit comes as words [D 94670]."""
    said = await citizen.says("写错了")
    await citizen.recalls()
    await citizen.sends_photo(JPEG, large=True)
    await citizen.sends_file("清单.pdf", b"%PDF")
    account.fails(13)
    sent = await program.call("kf/send_msg", answer_to(citizen))
    citizen.refuses = True
    await program.call("kf/send_msg", answer_to(citizen))
    page = (await pulled(program, account))["msg_list"]
    assert [one["msgtype"] for one in page] == ["text", "event", "text", "file", "event", "event"]
    assert page[1]["event"]["recall_msgid"] == said == page[0]["msgid"]
    fails = [(one["event"]["fail_msgid"], one["event"]["fail_type"]) for one in page[4:]]
    assert fails[0] == (sent["msgid"], 13) and fails[1][1] == 10
    assert citizen.sees() == []


@pytest.mark.parametrize("to_state", [2, 3])
async def test_people_are_never_brought_in(sim: Simulator, program: Program, citizen: Citizen, to_state: int) -> None:
    """Handing a citizen to a person, or asking who it is, is the program's mistake whatever WeCom answers."""
    await citizen.says("有走私")
    who = {"open_kfid": citizen.kf.id, "external_userid": citizen.external}
    assert (await program.call("kf/service_state/get", who))["service_state"] == 0
    assert (await program.call("kf/service_state/trans", who | {"service_state": 1}))["errcode"] == 0
    assert not sim.journal.violations
    assert (await program.call("kf/service_state/trans", who | {"service_state": to_state}))["errcode"] == 0
    assert (await program.call("kf/send_msg", answer_to(citizen)))["errcode"] == 95018
    assert (await program.call("kf/service_state/trans", who | {"service_state": 1}))["errcode"] == 95016
    await program.call("kf/customer/batchget", {"external_userid_list": [citizen.external]})
    assert len(sim.journal.violations) == 3


async def test_pulls_side_by_side_are_seen(sim: Simulator, program: Program, account: Kf) -> None:
    """One pull at a time for an account: more are counted."""
    slow = sim.faults.slow(0, path="kf/sync_msg")
    await program.call("kf/sync_msg", {"open_kfid": account.id})
    assert account.most_pulls == 1
    slow.seconds = 0.2
    await asyncio.gather(*(program.call("kf/sync_msg", {"open_kfid": account.id}) for _ in range(2)))
    assert account.most_pulls == 2
