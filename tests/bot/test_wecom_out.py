"""The way out to WeCom, against a simulated corp: as what a message goes, in how many requests, and what becomes of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.wecom import app_mouth, kf_mouth
from bot.channels.wecom.app_mouth import HIDDEN, MEMBER
from handlers.desk import NOTHING
from storage import chats, delivery, queue, said, sending, windows
from storage.database import now_ms
from storage.delivery import Out
from storage.models import outbox
from storage.models import said as said_table
from storage.parcels import Parcel
from tests.machine import pass_time
from tests.simulators.wecom import Simulator
from tests.wecom_mail import APP, KF, Post

YES_NO = [["yes", "是", "", None], ["no", "否", "", None]]
OPEN = [["go.open.LZ-40718265", "打开", "", None]]


@pytest.fixture(autouse=True)
def at_any_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_mouth, "SHY", ())


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator.open() as opened:
        yield opened
        assert opened.journal.violations == []


@pytest.fixture
async def post(tmp_path: Path, sim: Simulator) -> AsyncIterator[Post]:
    async with Post.open(f"sqlite:///{tmp_path / 'xiezhi.db'}", tmp_path, sim) as opened:
        yield opened


def seen(person: Any) -> list[str]:
    return [one.text.translate(dict.fromkeys(map(ord, HIDDEN))) for one in person.sees()]


# -- to staff ----------------------------------------------------------------------------------------------------------


async def test_a_thousand_and_three_messages(post: Post, sim: Simulator) -> None:
    """1,000 members are due one digest and two urgent cards in the same minute: the urgent ones go first, equal ones in
    requests for up to 1,000, nobody is sent more than WeCom delivers, and each is accounted for."""
    crowd = [await post.member(f"m{number}") for number in range(1000)]
    async with post.running():
        pass
    for text, more in (("今日待办 3 件", {}), ("急办一", {"urgent": True}), ("急办二", {"urgent": True})):
        for _, lane in crowd:
            await post.put(APP.name, lane, text, options=OPEN, **more)
    async with post.running(post.staff()):
        await post.empty()
    sends = sim.journal.done("message/send")
    assert len(sends) <= 12, "a handful of requests for 3,000 messages"
    order = [one.body["template_card"]["main_title"]["title"] for one in sends]
    assert order.index("急办一") < order.index("今日待办 3 件")
    assert all(len(member.sees()) == 3 for member, _ in crowd) and sim.journal.dropped == []
    assert await post.count(said_table) == 3000


async def test_nobody_is_sent_more_than_is_delivered(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """25 a minute; what is more waits, and is said as one message: WeCom would drop what goes beyond 30, with errcode 0."""
    member, lane = await post.member("zhang")
    most, within = MEMBER[0]
    for number in range(most + 20):
        sign = [[f"go.sign.{number}", "签收", "", None]]  # each its own: nothing is merged
        await post.put(APP.name, lane, f"第{number}件", urgent=True, options=sign)
    mouth = post.staff()
    async with post.running(mouth):
        await post.until(lambda: waits(post, 1))
        assert len(member.sees()) == most
        post.sim.clock.forward(milliseconds=within + 1)
        pass_time(monkeypatch, milliseconds=within + 1)
        await post.empty()
    assert sorted(" ".join(seen(member)).replace("\n\n", " ").split()) == sorted(f"第{n}件" for n in range(most + 20))
    assert post.sim.journal.dropped == []


LONG = "\n".join(f"{number:04}" * 60 for number in range(60))  # eight texts


async def test_the_card_is_not_lost_behind_its_text(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message whose parts are more than may be sent now waits whole, a reply ahead of pushes: WeCom would drop its end in
    silence, and that is what can be pressed."""
    member, lane = await post.member("zhang")
    for number in range(3):
        await post.put(APP.name, lane, LONG, prompt=number, options=YES_NO)
        await post.put(APP.name, lane, f"通知{number}")
    async with post.running(post.staff()):
        while await post.count():
            await post.until(lambda: put_off_or_over(post))
            post.sim.clock.forward(milliseconds=MEMBER[0][1] + 1)
            pass_time(monkeypatch, milliseconds=MEMBER[0][1] + 1)
    assert post.sim.journal.dropped == [] and post.sim.journal.busiest() <= MEMBER[0][0]
    assert sum(one.kind == "template_card" for one in member.sees()) == 3


async def put_off_or_over(post: Post) -> bool:
    """Nothing is under way, and what is next waits for room."""
    waiting, late = await post.count(), await post.count(outbox, outbox.c.due_ms > now_ms())
    return (not waiting or late > 0) and not await post.count(outbox, outbox.c.claimed_ms > 0)


async def test_what_is_longer_than_a_minute_goes_in_portions(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it arrives, once, its buttons last."""
    member, lane = await post.member("zhang")
    await post.put(APP.name, lane, LONG * 4, prompt=1, options=YES_NO)
    async with post.running(post.staff()):
        await post.until(lambda: put_off_or_over(post))
        assert sending.PORTION <= len(member.sees()) <= MEMBER[0][0]
        post.sim.clock.forward(milliseconds=MEMBER[0][1] + 1)
        pass_time(monkeypatch, milliseconds=MEMBER[0][1] + 1)
        await post.empty()
    *texts, card = seen(member)
    assert "".join("".join(texts).split()) == "".join((LONG * 4).split()) and post.sim.journal.dropped == []
    assert member.buttons() == ["是", "否"] and card


@pytest.mark.parametrize(("site", "abridges"), [("https://xiezhi.example", True), ("", False)])
async def test_a_long_tip_is_abridged(post: Post, site: str, abridges: bool) -> None:
    """Its two ends, a link to all of it, and the card: every step repeats it. Where there is no page all of it is said."""
    post.renderer.site = site
    member, lane = await post.member("zhang")
    tip, number = await post.tip()
    await post.put(APP.name, lane, f"开头\n{LONG}\n末尾", prompt=1, options=YES_NO, about=[tip])
    async with post.running(post.staff()):
        await post.empty()
    *texts, _ = seen(member)
    assert "".join(texts).startswith("开头") and "末尾" in texts[-1]
    assert (len(texts) <= 2) == abridges
    assert (f"{site}/luzhai/wecom/login?go=go.open.{number}" in texts[-1]) == abridges
    assert member.buttons() == ["是", "否"]


async def test_what_was_taken_back_has_been_counted(post: Post) -> None:
    """WeCom counted it when it was sent: taking it out of the chat makes no room."""
    member, lane = await post.member("zhang")

    async def put(number: int) -> None:
        sign = [[f"go.sign.{number}", "签收", "", None]]  # each its own: nothing is merged
        once = f"{queue.once(lane, 'm')}:{number}"
        await post.put(APP.name, lane, f"第{number}件", urgent=True, options=sign, once=once)

    for number in range(MEMBER[0][0]):
        await put(number)
    async with post.running(post.staff()) as sender:
        await post.empty()
        await post.database.run(lambda tx: said.erase(tx, lane, queue.once(lane, "m")))
        sender.wake()
        await post.empty()
        await put(MEMBER[0][0])
        sender.wake()
        await post.until(lambda: waits(post, 1), within=10)
    assert member.sees() == []


async def test_an_urgent_call_takes_the_place_of_the_one_before(post: Post) -> None:
    """Also where a chat may name no tip and two are called alike: it is sent to each alone, since a card that many got can't
    be recalled from one, and leaves a blank behind."""
    crowd = [await post.member(name) for name in ("zhang", "li")]
    async with post.running(post.staff(NOTHING)) as sender:
        for step in range(3):
            for _, lane in crowd:
                call = {"once": f"duty:7:{step}:{lane}", "urgent": True, "repeats": "duty:7:"}
                await post.put(APP.name, lane, "急办", options=OPEN, about=[5], **call)
            sender.wake()
            await post.empty()
    assert [len(member.sees()) for member, _ in crowd] == [1, 1]


async def waits(post: Post, number: int) -> bool:
    return await post.count(outbox, outbox.c.due_ms > 0) == number


async def test_so_many_people_a_day(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nearly as many have been sent something as WeCom allows in a day, what is not urgent waits for the next; answers
    and what is urgent go on."""
    monkeypatch.setattr(app_mouth, "A_DAY", 3)
    crowd = [await post.member(f"m{number}") for number in range(5)]
    for _, lane in crowd[:3]:
        await post.put(APP.name, lane, "今日待办")
    async with post.running(post.staff(members=1)) as sender:
        await post.empty()
        for _, lane in crowd[3:]:
            await post.put(APP.name, lane, "今日待办")
            await post.put(APP.name, lane, "急办", urgent=True)
        await post.until(lambda: waits_for_tomorrow(post))
        assert [seen(member) for member, _ in crowd] == [["今日待办"]] * 3 + [["急办"]] * 2
        pass_time(monkeypatch, days=1)
        sender.wake()
        await post.empty()
    assert [seen(member)[-1] for member, _ in crowd] == ["今日待办"] * 5


async def waits_for_tomorrow(post: Post) -> bool:
    return await post.count() == 2 and await post.count(outbox, outbox.c.bulk) == 2


async def test_what_waits_together_goes_as_one(post: Post) -> None:
    """Four pushes and more that are not urgent are one message, in their order: twenty fit in one, about as many as a member
    may be sent in a minute."""
    member, lane = await post.member("zhang")
    await post.put(APP.name, lane, *(f"第{number}件" for number in range(20)))
    async with post.running(post.staff()):
        await post.empty()
    assert seen(member) == ["\n\n".join(f"第{number}件" for number in range(20))]
    assert await post.count(outbox) == 0


async def test_who_is_not_there(post: Post) -> None:
    """errcode 0 is not "delivered to all": whoever is named in invaliduser or unlicenseduser is gone, the others have it."""
    crowd = [await post.member(name) for name in ("zhang", "Li", "wang")]
    crowd[1][0].disabled, crowd[2][0].licensed = True, False
    for _, lane in crowd:
        await post.put(APP.name, lane, "今日待办 3 件")
    async with post.running(post.staff()):
        await post.empty()
    assert [len(member.sees()) for member, _ in crowd] == [1, 0, 0]
    assert (await post.causes()).count("gone") == 2


async def test_the_same_words_twice(post: Post, sim: Simulator) -> None:
    """Two messages that read the same are two; one request made twice is one (enable_duplicate_check on every send)."""
    member, lane = await post.member("zhang")
    sim.faults.cut("after", path="message/send", times=1)
    async with post.running(post.staff()):
        await post.put(APP.name, lane, "没有待办", prompt=1)
        await post.empty()
        await post.put(APP.name, lane, "没有待办", prompt=2)
        await post.empty()
    assert seen(member) == ["没有待办", "没有待办"]
    assert len(sim.journal.repeated) == 1
    assert all(one.body["enable_duplicate_check"] == 1 for one in sim.journal.done("message/send"))


# what is said, its choices -> kinds of messages, what can be pressed
FORMS: list[tuple[str, list[Any], list[str], list[str]]] = [
    ("没有待办", [], ["text"], []),
    ("是吗", YES_NO, ["template_card"], ["是", "否"]),
    ("长" * 900, YES_NO, ["text", "text", "template_card"], ["是", "否"]),
    ("选", [[f"n{n}", f"第{n}个", "", None] for n in range(8)], ["template_card"], ["确定"]),
    ("选", [[f"n{n}", f"第{n}个", "", None] for n in range(11)], ["text"], []),
    ("选", [["x", "这个按钮上的字太长放不下了放不下", "", None], ["y", "这个按钮上的字太长放不下了放不下啊", "", None]], ["text"], []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "kinds", "labels"), FORMS)
async def test_as_what_it_goes(post: Post, text: str, options: list[Any], kinds: list[str], labels: list[str]) -> None:
    """A card where it fits as it reads; a list beyond six choices; numbers beyond ten, or where words would be cut."""
    member, lane = await post.member("zhang")
    await post.put(APP.name, lane, text, prompt=1, options=options)
    async with post.running(post.staff()):
        await post.empty()
    assert [one.kind for one in member.sees()] == kinds
    assert member.buttons() == labels
    assert all(f"{n}. {one[1]}" in "\n".join(seen(member)) for n, one in enumerate(options, 1) if not labels)


async def test_over_for_all_who_have_it(post: Post) -> None:
    """A card that many got by one request has one code, good once: what is over for all of them is changed for all by one
    request."""
    crowd = [await post.member(f"m{number}") for number in range(5)]
    for _, lane in crowd:
        await post.put(APP.name, lane, "新举报", options=OPEN, once=f"tip:5:x:{lane}")
    async with post.running(post.staff()) as sender:
        await post.empty()
        await post.database.run(lambda tx: said.over(tx, "tip:5:"))
        sender.wake()
        await post.empty()
    assert [member.sees()[0].pressed for member, _ in crowd] == ["已结束"] * 5
    assert len(post.sim.journal.done("message/update_template_card")) == 1


async def test_taken_back(post: Post) -> None:
    """What tells of a tip goes to each by itself, and is recalled from the one it is taken from; what else many got by one
    request becomes another card for that one."""
    (zhang, one), (li, other) = [await post.member(name) for name in ("zhang", "li")]
    for lane in (one, other):
        await post.put(APP.name, lane, "线索", options=OPEN, about=[5], urgent=True)
        await post.put(APP.name, lane, "通知", options=OPEN, once=f"{lane}:notice")
    async with post.running(post.staff()) as sender:
        await post.empty()
        await post.database.run(lambda tx: said.erase_told(tx, one))
        await post.database.run(lambda tx: said.erase(tx, one, f"{one}:notice"))
        sender.wake()
        await post.empty()
    assert seen(zhang) == ["这条消息已撤回"] and sorted(seen(li)) == ["线索", "通知"]
    assert await post.count(said_table, said_table.c.ext_id != "") == 2


async def test_a_secret_that_is_wrong(post: Post, sim: Simulator) -> None:
    """It is asked with once, and not again: WeCom bans the address. Nothing is lost meanwhile."""
    member, lane = await post.member("zhang")
    post.app.secret, right = "wrong", post.app.secret
    mouth = post.staff()
    post.app.secret = right
    await post.put(APP.name, lane, "a")
    await post.put(APP.name, lane, "b")
    async with post.running(mouth):
        await post.until(lambda: both_put_off(post))
    assert len(sim.journal.of("gettoken")) == 1 and member.sees() == [] and await post.count() == 2


async def test_at_minute_0_and_30(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor asks to be spared then: pushes wait for the next minute; answers, what is urgent, and what is to go from a
    chat do not."""
    monkeypatch.setattr(app_mouth, "SHY", tuple(range(60)))
    member, lane = await post.member("zhang")
    async with post.running(post.staff()) as sender:
        await post.put(APP.name, lane, "答复", prompt=1, once=queue.once(lane, "m"))
        await post.put(APP.name, lane, "急办", urgent=True)
        await post.put(APP.name, lane, "今日待办")
        await post.until(lambda: said_so_far(member, 2))
        await post.database.run(lambda tx: said.erase(tx, lane, queue.once(lane, "m")))
        sender.wake()
        await post.until(lambda: said_so_far(member, 1))
        assert seen(member) == ["急办"] and await post.count() == 1


async def said_so_far(member: Any, number: int) -> bool:
    return len(member.sees()) == number


async def both_put_off(post: Post) -> bool:
    return bool(await post.count(outbox, outbox.c.due_ms > 0, outbox.c.claimed_ms == 0))


# -- to citizens -------------------------------------------------------------------------------------------------------


async def test_one_message_a_turn(post: Post) -> None:
    """What fits is one menu; what is too long for a menu is one text with numbers: there are five until they write again."""
    citizen, lane = await post.citizen("甲")
    async with post.running(post.citizens()):
        await post.put(KF.name, lane, "请选择", prompt=1, options=YES_NO)
        await post.empty()
        await post.put(KF.name, lane, "长" * 500, prompt=2, options=YES_NO)
        await post.empty()
    assert [one.kind for one in citizen.sees()] == ["msgmenu", "text"]
    assert citizen.spent == 2 and "1. 是" in citizen.text()


# of something unfinished -> kinds of messages
LONG_TURNS = [(True, ["msgmenu"]), (False, ["msgmenu", "text", "text"])]


@pytest.mark.parametrize(("draft", "kinds"), LONG_TURNS)
async def test_the_question_goes_first(post: Post, draft: bool, kinds: list[str]) -> None:
    """Of a text beyond one message the question and what can be pressed go in the first. What repeats their own unfinished
    words is abridged to it, both its ends kept; what they have not read yet follows, all of it."""
    citizen, lane = await post.citizen("甲")
    story = "起" + "长" * 1300 + "终"
    async with post.running(post.citizens()):
        await post.put(KF.name, lane, f"{story}\n\n现在提交吗？", prompt=1, options=YES_NO, draft=draft)
        await post.empty()
    first, *rest = citizen.sees()
    assert [one.kind for one in (first, *rest)] == kinds and first.labels == ["是", "否"]
    assert first.text.startswith("起") and "现在提交吗？" in first.text and ("终" in first.text) == draft
    told = first.text.partition("\n\n")[0] + "".join(one.text for one in rest)
    assert draft or told.replace("…", "") == story


async def test_a_draft_goes_on_in_one_message(post: Post) -> None:
    """Of several turns that waited together the last question stands, and what each says beside it is said once; an answer
    that is no question of the same form is not left out."""
    citizen, lane = await post.citizen("甲")

    def put(prompt: int, *says: str, draft: bool = True) -> Any:
        told = [(f"test:{'x' if draft else 'card'}", {"text": one}) for one in says]
        message = queue.message("zh", "luzhai", told, YES_NO, prompt)
        return lambda tx: queue.put(tx, KF.name, lane, {**message, "draft": draft})

    await post.database.run(put(1, "正在发生吗？"))
    await post.database.run(put(2, "已加到事情里。", "正在发生吗？"))
    await post.database.run(put(3, "已加到事情里。", "在什么地方？"))
    async with post.running(post.citizens()):
        await post.empty()
        assert [one.text for one in citizen.sees()] == ["已加到事情里。\n\n在什么地方？\n是\n否"]
        await post.database.run(put(4, "您的举报编号是……", draft=False))
        await post.database.run(put(5, "在什么地方？"))
        await post.empty()
    assert "编号" in citizen.sees()[1].text and "什么地方" in citizen.sees()[1].text


CASE = "举报 NUMBER · 已受理"
# what an answer about one tip says -> kinds of messages, the title of its card
NAMED = [
    (f"{CASE}\n短", ["template_card"], CASE),
    ("核查结果是哪一种？", ["template_card"], "NUMBER"),
    (f"⚠ 可能有人知道\n{CASE}\n" + "长" * 200 + "\n\n可能重复\nLZ-63015686", ["text", "template_card"], CASE),
    ("长" * 200 + "\n\n请勿打听举报人是谁。", ["text", "template_card"], "NUMBER"),
]


@pytest.mark.parametrize(("text", "kinds", "title"), NAMED)
async def test_a_card_names_what_it_acts_on(post: Post, text: str, kinds: list[str], title: str) -> None:
    """Whatever else is named beside it, and however long that is; other tips are not named on the card."""
    member, lane = await post.member("zhang")
    tip, number = await post.tip()
    text, title = (one.replace("NUMBER", number) for one in (text, title))
    await post.put(APP.name, lane, text, prompt=1, options=YES_NO, about=[tip])
    async with post.running(post.staff()):
        await post.empty()
    assert [one.kind for one in member.sees()] == kinds
    card = member.sees()[-1]
    assert card.content["main_title"]["title"] == title and "LZ-63015686" not in card.text
    assert text in "\n".join(seen(member)) or text.splitlines()[0] in card.text


async def test_a_bundle_is_the_same_when_it_is_repeated(post: Post, sim: Simulator) -> None:
    """Pushes that were begun as one are repeated as one, also when more have come since: under a name that was used, WeCom
    takes nothing."""
    citizen, lane = await post.citizen("甲")
    await post.put(KF.name, lane, "甲", "乙")
    sim.faults.cut("after", path="kf/send_msg", times=1)
    async with post.running(post.citizens()):
        await post.until(lambda: tried(post))
        await post.put(KF.name, lane, "丙")
        await post.empty()
    assert [one.text for one in citizen.sees()] == ["甲\n\n乙", "丙"]


async def tried(post: Post) -> bool:
    return bool(await post.count(outbox, outbox.c.attempts > 0))


async def test_what_does_not_fit_goes_next(post: Post) -> None:
    """Of many that wait as many go as one message holds; the others are not lost, and not cut."""
    citizen, lane = await post.citizen("甲")
    await post.put(KF.name, lane, *("长" * 300 + str(number) for number in range(4)))
    async with post.running(post.citizens()):
        await post.empty()
    assert [one.text.count("长") for one in citizen.sees()] == [600, 600]
    assert post.sim.journal.cut == []


async def test_accepted_is_not_yet_delivered(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row stays until WeCom would have said that it did not arrive."""
    _, lane = await post.citizen("甲")
    await post.put(KF.name, lane, "a", prompt=1)
    async with post.running(post.citizens()):
        await post.empty()
    assert await post.count(outbox, outbox.c.handed) == 1
    await post.database.run(delivery.settle)
    assert await post.count() == 1
    pass_time(monkeypatch, milliseconds=2 * delivery.UNCERTAIN_MS)
    await post.database.run(delivery.settle)
    assert await post.count() == 0


async def test_places(post: Post, sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two full requests, for a thousand each, leave replies their places: while WeCom thinks about them an answer goes out."""
    crowd = [await post.member(f"m{number}") for number in range(2001)]
    for _, lane in crowd:
        await post.put(APP.name, lane, "今日待办")
    asks, lane = await post.member("asks")
    mouth, thought = post.staff(), asyncio.Event()
    call = mouth.api.call

    async def slowly(path: str, body: Any, **more: Any) -> Any:
        if body["touser"] != asks.userid:
            await thought.wait()
        return await call(path, body, **more)

    monkeypatch.setattr(mouth.api, "call", slowly)
    async with post.running(mouth) as sender:
        await post.until(lambda: under_way(post, 2000))
        await post.put(APP.name, lane, "答复", prompt=1)
        sender.wake()
        await post.until(lambda: said_so_far(asks, 1))
        thought.set()
        await post.empty()
    answer, *pushes = (len(one.body["touser"].split("|")) for one in sim.journal.done("message/send"))
    assert answer == 1 and sorted(pushes) == [1, 1000, 1000]


async def under_way(post: Post, number: int) -> bool:
    return await post.count(outbox, outbox.c.claimed_ms > 0) == number


# -- bundles under way -------------------------------------------------------------------------------------------------


async def bundle(post: Post, lane: int, *texts: str) -> Parcel:
    """Pushes that are on their way as one."""
    for number, text in enumerate(texts):
        await post.put(APP.name, lane, text, once=f"n{number}:{lane}")
    [parcel] = await post.database.run(lambda tx: sending.claim(tx, APP.name, 9, 9, terms=app_mouth.TERMS))
    assert len(parcel.all) == len(texts)
    return parcel


@pytest.mark.parametrize("taken", [0, 2])
async def test_part_of_a_bundle_is_taken_back(post: Post, taken: int) -> None:
    """Whichever of them it is: what was said goes from the chat, and the others are said again."""
    _, lane = await post.member("zhang")
    parcel = await bundle(post, lane, "甲", "乙", "丙", "丁")
    gone = parcel.all[taken].id
    await post.database.run(lambda tx: tx.execute(outbox.delete().where(outbox.c.id == gone)) and None)
    out = Out(parcel, ("1",))
    await post.database.run(lambda tx: delivery.sent(tx, [out], app_mouth.TERMS))
    assert await post.count(said_table, said_table.c.want == "erase") == 1
    assert await post.count(outbox, outbox.c.claimed_ms == 0, outbox.c.bundle.is_(None)) == 3


async def test_one_of_a_bundle_cannot_be_opened(post: Post) -> None:
    """It is set aside alone; those that were to be said with it are said."""
    member, lane = await post.member("zhang")
    for number in range(5):
        await post.put(APP.name, lane, f"第{number}件", once=f"n{number}:{lane}")
    spoilt = outbox.update().where(outbox.c.once == f"n2:{lane}").values(sealed_payload=b"?")
    await post.database.run(lambda tx: tx.execute(spoilt) and None)
    async with post.running(post.staff()):
        await post.empty()
    assert "第1件" in "".join(seen(member)) and "第4件" in "".join(seen(member))
    assert await post.causes() == [queue.UNOPENED]


async def test_each_with_something_to_press(post: Post) -> None:
    """What can be pressed is not merged away: pushes with buttons of their own go each by itself."""
    member, lane = await post.member("zhang")
    for number in range(4):
        await post.put(APP.name, lane, f"第{number}件", options=[[f"go.sign.{number}", "签收", "", None]])
    async with post.running(post.staff()):
        await post.empty()
    assert [one.labels for one in member.sees()] == [["签收"]] * 4


async def test_more_tips_than_a_column_holds(database_url: str, tmp_path: Path, sim: Simulator) -> None:
    """A message may tell of any number of tips; it is written down on either database."""
    async with Post.open(database_url, tmp_path, sim) as post:
        member, lane = await post.member("zhang")
        await post.put(APP.name, lane, "今日待办", about=[(1 << 62) + number for number in range(40)])
        async with post.running(post.staff()):
            await post.empty()
        assert seen(member) == ["今日待办"]


async def test_a_push_leaves_the_ticket_alone(post: Post) -> None:
    """Where the window is shut, the code that came with entering is for the welcome; what else waits goes on waiting."""
    citizen = post.kf.citizen("甲")
    code = await citizen.opens()

    def begun(tx: Any) -> int:
        lane = chats.start(tx, KF.name, citizen.external, "luzhai", "zh", address=True).id
        windows.ticket(tx, lane, windows.Ticket(code, now_ms() + 18_000))
        return lane

    lane = await post.database.run(begun)
    await post.put(KF.name, lane, "有新消息")
    await post.put(KF.name, lane, "您好", prompt=1)
    async with post.running(post.citizens()):
        await post.until(lambda: said_so_far(citizen, 1))
    assert [one.text for one in citizen.sees()] == ["您好"] and post.sim.journal.refused == []


async def test_a_push_waits_for_the_answer(post: Post) -> None:
    """The word that opens a window is answered before anything else is said there: the answer may make that superfluous."""
    _, lane = await post.citizen("甲")
    await post.put(KF.name, lane, "有新消息")
    word = queue.arrival(post.database.keys, KF.name, "1", lane, {"kind": "said", "text": "查询"})
    await post.database.run(lambda tx: queue.accept(tx, [word]))
    claims = lambda tx: sending.claim(tx, KF.name, 9, 9, terms=kf_mouth.TERMS)  # noqa: E731
    assert await post.database.run(claims) == []
    await post.database.run(lambda tx: queue.done(tx, [one.id for one in queue.claim_inbox(tx)]))
    assert [one.lane for one in await post.database.run(claims)] == [lane]


async def test_not_delivered_before_it_was_written_down(post: Post) -> None:
    """WeCom may say so before the commit that says that it was accepted: the message waits all the same, under its name."""
    _, lane = await post.citizen("甲")
    await post.put(KF.name, lane, "a", prompt=1, once=queue.once(lane, "m"))
    [parcel] = await post.database.run(lambda tx: sending.claim(tx, KF.name, 9, 9, terms=kf_mouth.TERMS))
    lost = lambda tx: delivery.undelivered(tx, parcel.id, "retry", "fail_type 4", 0, {})  # noqa: E731
    assert await post.database.run(lost) == lane
    await post.database.run(lambda tx: delivery.sent(tx, [Out(parcel, ())], kf_mouth.TERMS))
    assert await post.count(outbox, ~outbox.c.handed, outbox.c.once == queue.once(lane, "m")) == 1


async def test_no_moment_of_what_waits_to_be_certain(post: Post) -> None:
    """Of a row that is kept for its late failure no moment is finer than ten minutes."""
    _, lane = await post.citizen("甲")
    await post.put(KF.name, lane, "a", prompt=1)
    async with post.running(post.citizens()):
        await post.empty()
    [row] = await post.database.run(lambda tx: tx.execute(select(outbox)).all())
    assert (row.at_ms % delivery.HOUR_MS, row.claimed_ms % delivery.UNCERTAIN_MS) == (0, 0)
