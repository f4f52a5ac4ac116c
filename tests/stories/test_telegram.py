"""The whole tip-off story on Telegram, for citizen, intake and liaison; who is let in there, and how much is said."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from storage import audit, chats, people
from storage.models import chats as talks
from storage.models import codes, tip_files, tip_messages
from tests.bot.attachments import image
from tests.simulators.telegram import Simulator
from tests.stories.office import (
    OFFICE,
    PLACE,
    QUIET,
    closes,
    concludes,
    given,
    hands,
    kept,
    looks_up,
    signs,
    takes,
    tells,
    tip,
)
from tests.stories.phones import By, Phone, delivered, invited, links, official, on_telegram
from tests.town import Town

COPY = "老粮仓夜间卸货，请核查"
WORDS = "已查实，谢谢您"


@pytest.fixture
async def open_town(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    """Where tips are taken and all is said."""
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, disclosure="full") as town:
        yield town


@pytest.fixture
async def shy_town(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    """As a county finds it: no tips, and nothing said of them."""
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, accept_tips=False) as town:
        yield town


# -- the whole story -----------------------------------------------------------------------------------------------------

WAYS: list[tuple[Any, By]] = [
    ("polling", "buttons"),
    ("polling", "numbers"),
    ("webhook", "labels"),
]


@pytest.mark.parametrize(("mode", "by"), WAYS)
async def test_from_the_tip_to_its_end(database_url: str, tmp_path: Path, sim: Simulator, mode: Any, by: By) -> None:
    """Citizen, intake and liaison do on Telegram all that the page can: buttons tapped, or typed as number or label."""
    async with on_telegram(database_url, tmp_path, sim, mode, "full") as town:
        officer = await official(town, sim, OFFICE, "intake", "甲", by)
        liaison = await official(town, sim, "tobacco", "liaison", "丙", by)
        citizen = Phone(town, sim, "citizens", "乙", by)
        await citizen.opens()
        number, password = await tells(citizen, involved="none")
        await citizen.says(password[-4:])
        assert password not in citizen.text, "taken out of the chat"
        await officer.listens()
        assert number in officer.text and QUIET not in officer.text, "the alert says the number alone"
        await officer.presses(f"go.open.{number}")
        assert QUIET in officer.text
        await officer.presses("take")
        await hands(officer, number, "tobacco", copy=COPY)
        await liaison.listens()
        await signs(liaison, number)
        assert COPY in liaison.text and QUIET not in liaison.text
        await concludes(liaison, number, "confirmed", "no", "查获卷烟")
        await closes(officer, number, "confirmed", WORDS)
        assert WORDS in await looks_up(citizen, number, password) + citizen.text
        assert (await tip(town, number)).status == "closed"
        assert {one.status for one in (await given(town, number)).values()} == {"closed"}


async def test_pictures(open_town: Town, sim: Simulator) -> None:
    """An album and a document are parts of one tip; intake sees them."""
    citizen = Phone(open_town, sim, "citizens", "乙")
    await citizen.says(QUIET)
    await citizen.presses("no")
    await citizen.says(PLACE)
    for _ in range(4):
        await citizen.presses("skip")
    await citizen.does(citizen.user.sends_album(citizen.bot, [image(), image(size=(40, 40))]))
    await citizen.sends("现场.png", image("PNG"))
    await citizen.presses("done")
    await citizen.presses("enough")
    await citizen.presses("submit")
    (number,) = set(re.findall(r"LZ-\d{8}", citizen.text))
    row = await tip(open_town, number)
    mine = select(func.count()).select_from(tip_files).where(tip_files.c.tip == row.id)
    assert await kept(open_town, lambda tx: tx.execute(mine).scalar_one()) == 3


async def test_what_was_said_is_edited(open_town: Town, sim: Simulator) -> None:
    """The latest answer, edited, is taken as it reads now; an older one is left, and it is said how to change it."""
    citizen = Phone(open_town, sim, "citizens", "乙")
    story = await citizen.user.says(citizen.bot, QUIET)
    await citizen.listens()
    await citizen.presses("no")
    where = await citizen.user.says(citizen.bot, "城东")
    await citizen.listens()
    await citizen.does(citizen.user.edits(where, PLACE))
    assert (await _answers(open_town, citizen))["where"] == PLACE
    asked = citizen.ids
    heard = await citizen.does(citizen.user.edits(story, "别的事"))
    answers = await _answers(open_town, citizen)
    assert (answers["what"], answers["where"]) == (QUIET, PLACE) and "返回" in heard
    assert citizen.ids == asked, "the question is put again"


async def test_a_refused_answer_is_edited(open_town: Town, sim: Simulator) -> None:
    """What could not be taken is taken once it is mended where it stands."""
    citizen = Phone(open_town, sim, "citizens", "乙")
    said = await citizen.user.says(citizen.bot, QUIET)
    await citizen.listens()
    await citizen.presses("no")
    said = await citizen.user.says(citizen.bot, "不知道")
    await citizen.listens()
    assert "where" not in await _answers(open_town, citizen)
    await citizen.does(citizen.user.edits(said, PLACE))
    assert (await _answers(open_town, citizen))["where"] == PLACE


async def test_a_contact_is_not_wanted(open_town: Town, sim: Simulator) -> None:
    """It is refused with the reason, kept nowhere, and the question stands."""
    citizen = Phone(open_town, sim, "citizens", "乙")
    await citizen.says(QUIET)
    asked = citizen.ids
    heard = await citizen.does(citizen.user.sends_contact(citizen.bot, "13800138000", "丙"))
    assert "没有保存" in heard and citizen.ids == asked
    assert "13800138000" not in str((await _talk(open_town, citizen)).state)


async def _talk(town: Town, phone: Phone) -> chats.Chat:
    name = f"telegram:{'staff' if phone.bot is phone.sim.bot('staff') else 'citizens'}:luzhai"
    found = await kept(town, lambda tx: chats.find(tx, name, str(phone.user.id)))
    assert found is not None
    return found


async def _answers(town: Town, phone: Phone) -> dict[str, Any]:
    return dict((await _talk(town, phone)).state["stack"][-1]["answers"])


# -- where no tips are taken ---------------------------------------------------------------------------------------------


async def test_tips_are_turned_away(shy_town: Town, sim: Simulator) -> None:
    """Nothing of what is told is kept, it goes from the chat, and where to report instead is said (PIPL art. 36)."""
    citizen = Phone(shy_town, sim, "citizens", "乙")
    await citizen.opens()
    for doing in (
        citizen.user.says(citizen.bot, QUIET),
        citizen.user.sends_photo(citizen.bot, image(), PLACE),
        citizen.user.sends_location(citizen.bot, 24.5, 109.7),
    ):
        heard = await citizen.does(doing)
        assert "此处不受理；您刚才的内容未保存" in heard and "https://town.example/luzhai/" in heard
        assert citizen.text.count("110") == 1, "one notice, and it says so once"
    mine = [one for one in citizen.user.chat(citizen.bot).seen if not one.mine and not one.gone]
    assert [one.text for one in mine] == ["/start"], "which told nothing"
    files = select(func.count()).select_from(tip_files)
    assert await kept(shy_town, lambda tx: tx.execute(files).scalar_one()) == 0
    assert (await _talk(shy_town, citizen)).state.get("stack", []) == []


async def test_a_burst_is_turned_away_once(shy_town: Town, sim: Simulator) -> None:
    """An album, or a text that the app cuts in three: one notice stands in the chat, and all of it is taken out."""
    citizen = Phone(shy_town, sim, "citizens", "乙")
    await citizen.does(citizen.user.sends_album(citizen.bot, [image(), image(size=(40, 40)), image(size=(30, 30))]))
    await citizen.says("夜里有人卸货。" * 1_300)
    assert citizen.text.count("此处不受理") == 1
    assert not [one for one in citizen.user.chat(citizen.bot).seen if not one.mine and not one.gone]


async def test_stop_holds_where_tips_are_taken_no_more(tmp_path: Path, sim: Simulator) -> None:
    """Switched off after a tip: who wished to be told is sent to the page with number and password, not to a closed door;
    and STOP is heard, as a word and as a button."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    told = []
    async with on_telegram(url, tmp_path, sim, disclosure="full") as town:
        for name in ("乙", "戊"):
            citizen = Phone(town, sim, "citizens", name)
            told.append((citizen, (await tells(citizen, notify="yes"))[0]))
            await citizen.presses("later")
    async with on_telegram(url, tmp_path, sim, accept_tips=False) as town:
        officer = await town.staff(OFFICE, "intake", "甲")
        for citizen, number in told:
            citizen.town = town
            await closes_anew(officer, number)
            await citizen.listens()
            heard = citizen.user.sees(citizen.bot)[-1].text
            assert number in heard and "https://town.example/luzhai/" in heard and "go.mine" not in citizen.ids
        assert "已停止联系" in await told[0][0].says("停止联系")
        assert "已停止联系" in await told[1][0].presses("go.stop")
        assert {(await tip(town, number)).alias for _, number in told} == {None}


async def closes_anew(officer: Any, number: str) -> None:
    await takes(officer, number)
    await closes(officer, number, "confirmed", WORDS)


async def test_a_password_leaves_the_chat(open_town: Town, sim: Simulator) -> None:
    """Wrong, right, and where none was asked for: what the citizen typed of it does not stay, and reaches nobody."""
    citizen = Phone(open_town, sim, "citizens", "乙")
    number, password = await tells(citizen)
    await citizen.presses("later")
    await citizen.says("查询")
    await citizen.says(password)
    stranger = Phone(open_town, sim, "citizens", "戊")
    await stranger.says(number)
    await stranger.says(password)
    for phone in (citizen, stranger):
        seen = phone.user.chat(phone.bot).seen
        assert not [one for one in seen if not one.mine and not one.gone and password in one.text]
    assert (
        await kept(open_town, lambda tx: tx.execute(select(func.count()).select_from(tip_messages)).scalar_one()) == 0
    )


async def test_one_greeting_for_who_comes_back(open_town: Town, sim: Simulator) -> None:
    """Unblocked and started again, the app says both: one menu."""
    citizen = Phone(open_town, sim, "citizens", "乙")
    await citizen.opens()
    await citizen.does(citizen.user.blocks(citizen.bot))
    before = len(sim.journal.of("sendMessage", bot="citizens"))
    await citizen.opens()
    assert len(sim.journal.of("sendMessage", bot="citizens")) <= before + 1


async def test_the_silent_who_await_an_answer_hear_it(open_town: Town, sim: Simulator) -> None:
    """However long it takes, who wished to be told hears the words; an unfinished draft of another is forgotten."""
    citizen, other = Phone(open_town, sim, "citizens", "乙"), Phone(open_town, sim, "citizens", "戊")
    number, _ = await tells(citizen, notify="yes")
    await citizen.presses("later")
    await other.says(QUIET)
    lanes = [(await _talk(open_town, one)).id for one in (citizen, other)]
    old = update(talks).where(talks.c.id.in_(lanes)).values(seen_ms=1, rests_ms=1)
    await kept(open_town, lambda tx: tx.execute(old))
    await kept(open_town, chats.sweep)
    officer = await open_town.staff(OFFICE, "intake", "甲")
    await closes_anew(officer, number)
    await citizen.listens()
    assert f"{number} 有新消息" in citizen.text
    assert WORDS in await citizen.presses("go.mine")
    assert not (await _talk(open_town, other)).state


# -- who is let in -------------------------------------------------------------------------------------------------------


async def test_a_code_is_used_after_a_yes(shy_town: Town, sim: Simulator) -> None:
    """The question names county, unit and seat; no leaves the code good, yes uses it."""
    code = await invited(shy_town, "tobacco", "liaison", "丙")
    phone = Phone(shy_town, sim, "staff", "丙")
    asked = await phone.opens(code)
    unit, seat = shy_town.plan.units["tobacco"].name.zh, shy_town.plan.seats["liaison"].name.zh
    assert shy_town.plan.name.zh in asked and unit in asked and seat in asked
    await phone.presses("no")
    assert await _used(shy_town) == 0 and (await _talk(shy_town, phone)).person is None
    await phone.opens(code)
    await phone.presses("bind")
    assert await _used(shy_town) == 1
    person = (await _talk(shy_town, phone)).person
    assert person is not None and "go.todo" in phone.ids
    held = await kept(shy_town, lambda tx: people.seats_of(tx, person, "luzhai"))
    assert held == {("tobacco", "liaison")}


async def _used(town: Town) -> int:
    used = select(func.count()).select_from(codes).where(codes.c.used_at.is_not(None))
    return await kept(town, lambda tx: int(tx.execute(used).scalar_one()))


async def test_a_stranger_learns_nothing(shy_town: Town, sim: Simulator) -> None:
    """One and the same sentence: to nobody, to a code that is wrong, used, expired or another county's."""
    used, old = await invited(shy_town, OFFICE, "intake"), await invited(shy_town, OFFICE, "intake", "丁")
    await (await official(shy_town, sim, OFFICE, "intake", "甲")).listens()
    first = Phone(shy_town, sim, "staff", "戊")
    await first.opens(used)
    await first.presses("bind")
    await shy_town.fast_forward(hours=73)
    stranger = Phone(shy_town, sim, "staff", "己")
    heard = {await stranger.opens(one) for one in ("", "0000-0000-0000", used, old)}
    for words in ("你好", "待办", "/menu", "举报", "LZ-12345678", "0000-0000-0000", "/language"):
        heard.add(await stranger.says(words))
    heard.add(await stranger.does(stranger.user.sends_photo(stranger.bot, image())))
    heard.add(await stranger.does(stranger.user.sends_contact(stranger.bot, "13800138000", "丙")))
    (sentence,) = heard
    assert not any(word in sentence for word in ("鹿寨", "举报", "邀请", "码"))
    assert stranger.ids == []


async def test_who_leaves_the_last_seat_is_unbound(shy_town: Town, sim: Simulator) -> None:
    """Told as the last thing; from then on a stranger."""
    coordinator = await shy_town.staff(OFFICE, "coordinator", "庚")
    liaison = await official(shy_town, sim, "tobacco", "liaison", "丙")
    person = (await _talk(shy_town, liaison)).person
    await coordinator.says("人员")
    shown = await coordinator.presses(f"{person}.tobacco.liaison")
    assert "Telegram" in shown, "where they are bound, in words"
    await coordinator.presses("yes")
    await liaison.listens()
    assert "解除绑定" in liaison.text
    assert (await _talk(shy_town, liaison)).person is None
    assert "内部使用" in await liaison.says("待办")


async def test_a_binding_ends_and_the_seat_stays(shy_town: Town, sim: Simulator) -> None:
    """A lost phone: the coordinator ends that way in, and no other."""
    coordinator = await shy_town.staff(OFFICE, "coordinator", "庚")
    liaison = await official(shy_town, sim, "tobacco", "liaison", "丙")
    person = (await _talk(shy_town, liaison)).person
    assert person is not None
    await coordinator.says("人员")
    await coordinator.presses(f"{person}.tobacco.liaison")
    await coordinator.presses("unbind.telegram")
    await delivered(shy_town, sim)
    assert (await _talk(shy_town, liaison)).person is None
    assert await kept(shy_town, lambda tx: people.seats_of(tx, person, "luzhai")) == {("tobacco", "liaison")}


async def test_invited_in_chat_with_a_link(shy_town: Town, sim: Simulator) -> None:
    """The bot's name is known by then: the code comes with its deep link. 登录 gives one for a second way in."""
    coordinator = await shy_town.staff(OFFICE, "coordinator", "庚")
    await coordinator.says("邀请")
    for answer in ("tobacco", "liaison"):
        await coordinator.presses(answer)
    await coordinator.says("丙")
    said = await coordinator.presses("submit")
    (code,) = re.findall(r"https://t\.me/staff\w*\?start=([0-9A-Z-]+)", said)
    phone = Phone(shy_town, sim, "staff", "丙")
    await phone.opens(code)
    await phone.presses("bind")
    assert (await _talk(shy_town, phone)).person is not None
    (own,) = re.findall(r"\?start=([0-9A-Z-]+)", await coordinator.says("登录"))
    second = Phone(shy_town, sim, "staff", "庚")
    await second.opens(own)
    await second.presses("bind")
    assert (await _talk(shy_town, second)).person == (await _person(shy_town, coordinator.token))


async def _person(town: Town, token: str) -> int | None:
    found = await kept(town, lambda tx: chats.find(tx, "web", token))
    return found.person if found else None


async def test_logging_out_there(shy_town: Town, sim: Simulator) -> None:
    """退出 unbinds the account and says so; the same code again is the stranger's sentence."""
    officer = await official(shy_town, sim, OFFICE, "intake", "甲")
    assert "解除绑定" in await officer.says("退出")
    assert (await _talk(shy_town, officer)).person is None
    assert "内部使用" in await officer.says("待办")


async def test_nothing_stays_with_who_has_left(open_town: Town, sim: Simulator) -> None:
    """What told of tips is taken out of the chat of an account that is bound no longer."""
    officer = await official(open_town, sim, OFFICE, "intake", "甲")
    number, _ = await tells(await open_town.citizen())
    await takes(officer, number)
    cards = [one for one in officer.user.sees(officer.bot) if QUIET in one.text]
    await officer.says("退出")
    for one in cards:
        await officer.user.loses(one)
    assert cards and QUIET not in officer.text


async def test_blocked_and_back(shy_town: Town, sim: Simulator) -> None:
    """Who blocks the bot has no way back here until they return; alerts reach them on the page meanwhile."""
    officer = await official(shy_town, sim, OFFICE, "intake", "甲")
    await officer.does(officer.user.blocks(officer.bot))
    address = select(talks.c.sealed_address).where(talks.c.id == (await _talk(shy_town, officer)).id)
    assert await kept(shy_town, lambda tx: tx.execute(address).scalar_one()) is None
    before = len(sim.journal.sent(bot="staff"))
    await tells(await shy_town.citizen())
    await officer.listens()
    assert len(sim.journal.sent(bot="staff")) == before
    await officer.opens()
    assert await kept(shy_town, lambda tx: tx.execute(address).scalar_one()) is not None


# -- how much is said ----------------------------------------------------------------------------------------------------


async def test_nothing_is_said_of_tips(shy_town: Town, sim: Simulator) -> None:
    """At `none` an alert says that something waits; opening it gives a five-minute link to the page, where it opens. No
    number stands in a text, and no form about a tip is opened in the chat."""
    officer = await official(shy_town, sim, OFFICE, "intake", "甲")
    number, _ = await tells(await shy_town.citizen())
    heard = await officer.listens()
    assert "1件待办" in heard and number not in heard
    ours = f"go.open.{(await tip(shy_town, number)).id}"  # names it to nobody else
    for doing in (
        officer.presses(ours),
        officer.says(number),
        officer.says("待办"),
        officer.says("代录"),
        officer.says("查 桂B12345"),
    ):
        heard = await doing
        ((code, go),) = links(heard)
        assert number not in re.sub(r"https://\S+", "", heard)
        assert go in (ours, f"go.open.{number}", "go.todo", "go.oral") and "桂B" not in heard
    assert (await _talk(shy_town, officer)).state.get("stack", []) == []
    assert QUIET not in officer.ever and PLACE not in officer.ever
    ((code, go),) = links(await officer.presses(ours))
    assert go == ours
    page = await shy_town.login(code)
    assert QUIET in (await _chosen(page, go))
    await page.presses("take")
    assert (await tip(shy_town, number)).taken_by == (await _talk(shy_town, officer)).person


async def _chosen(page: Any, choice: str) -> str:
    """As the page does with the `go` of a link."""
    assert (await page.post({"choice": choice, "prompt": None}))[0] == 202
    return str(await page.listens())


async def test_a_unit_works_from_its_link(shy_town: Town, sim: Simulator) -> None:
    """A liaison at `none` hears that something waits, and does the rest on the page."""
    officer, liaison = (
        await shy_town.staff(OFFICE, "intake", "甲"),
        await official(shy_town, sim, "tobacco", "liaison", "丙"),
    )
    number, _ = await tells(await shy_town.citizen())
    await takes(officer, number)
    await hands(officer, number, "tobacco", copy=COPY)
    heard = await liaison.listens()
    assert "待办" in heard and number not in heard and COPY not in heard
    ((code, go),) = links(await liaison.says("待办"))
    page = await shy_town.login(code)
    assert number in await _chosen(page, go)
    await signs(page, number)
    assert (await given(shy_town, number))["tobacco"].status == "signed"
    assert COPY not in liaison.ever


async def test_titles(tmp_path: Path, sim: Simulator) -> None:
    """At `title` numbers, dates and states are said; what was told is on the page."""
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, disclosure="title") as town:
        officer = await official(town, sim, OFFICE, "intake", "甲")
        number, _ = await tells(await town.citizen())
        assert number in await officer.listens()
        assert number in await officer.says("待办")
        ((_, go),) = links(await officer.presses(f"go.open.{number}"))
        assert go == f"go.open.{number}" and QUIET not in officer.ever


async def test_a_stricter_setting_closes_what_is_open(tmp_path: Path, sim: Simulator) -> None:
    """A form about a tip that stood open in a chat is put away when that chat may no longer show it."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(url, tmp_path, sim, disclosure="full") as town:
        officer = await official(town, sim, OFFICE, "intake", "甲")
        number, _ = await tells(await town.citizen())
        await takes(officer, number)
        await officer.presses("note")
    async with on_telegram(url, tmp_path, sim) as town:
        again = Phone(town, sim, "staff", "甲")
        again.user = officer.user
        heard = await again.says("他又来了")
        assert "网页" in heard and QUIET not in heard
        assert (await _talk(town, again)).state["stack"] == []


async def test_binding_is_on_record(shy_town: Town, sim: Simulator) -> None:
    """Who was bound where, and by which platform: the audit has it, without the account."""
    phone = await official(shy_town, sim, OFFICE, "intake", "甲")
    person = (await _talk(shy_town, phone)).person
    bound = select(audit.audit).where(audit.audit.c.action == "bound")
    (row,) = await kept(shy_town, lambda tx: tx.execute(bound).all())
    assert (row.subject, row.detail) == (str(person), "telegram") and str(phone.user.id) not in str(tuple(row))


async def test_where_nothing_is_shown_no_link_names_a_number(shy_town: Town, sim: Simulator) -> None:
    """Typed there by whoever knows it, it is not said again: the link opens the list."""
    officer = await official(shy_town, sim, OFFICE, "intake", "甲")
    ((_, go),) = links(await officer.says("LZ-12345678"))
    assert go == "go.todo"
