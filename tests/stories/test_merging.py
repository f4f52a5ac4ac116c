"""Several citizens, one matter: each tip stays its author's, the work is done in one, and a merge by mistake is taken back."""

from typing import Any

import pytest
from sqlalchemy import func, select

from storage import attachments, chats, duties, models, queue, tip_seal, tips
from storage.database import Tx
from tests.bot.attachments import photo
from tests.stories.office import (
    OFFICE,
    closes,
    course,
    debts,
    fills,
    given,
    hands,
    kept,
    looks_up,
    moves,
    opens,
    signs,
    takes,
    tells,
    tip,
)
from tests.town import Person, Town

FIRST, SECOND = "桂B12345 夜里卸货，开车的戴红帽", "桂B12345 又来了，货藏在后院"
Told = tuple[str, str]


@pytest.fixture
async def officer(town: Town) -> Person:
    return await town.staff(OFFICE, "intake")


async def merges(officer: Person, one: str, into: str) -> str:
    await takes(officer, one)
    await officer.presses("merge")
    await officer.presses(f"into.{into}")
    return await officer.presses("submit")


@pytest.fixture
async def both(town: Town, officer: Person) -> tuple[Told, Told]:
    """(the tip in which the work is done, the one that was merged into it)"""
    into = await tells(await town.citizen(), FIRST, files=[("a.jpg", photo())])
    one = await tells(await town.citizen(), SECOND, files=[("b.jpg", photo())])
    await merges(officer, one[0], into[0])
    return into, one


async def withdraws(town: Town, told: Told) -> Person:
    citizen = await town.citizen()
    await looks_up(citizen, *told)
    await citizen.presses("withdraw")
    await citizen.presses("yes")
    return citizen


@pytest.mark.parametrize("first", [0, 1], ids=["the one that goes on", "the merged one"])
async def test_one_withdraws_and_the_matter_lives_on(
    town: Town, officer: Person, both: tuple[Told, Told], first: int
) -> None:
    """Only that citizen's words, files and return address go; the other's stay and are worked on under the same number.
    When the last has withdrawn, the matter ends."""
    into, gone, stays = both[0][0], both[first], both[1 - first]
    words = (FIRST, SECOND)
    assert await withdraws_story(town, gone) == []
    shown = await opens(officer, into)
    assert words[1 - first] in shown and words[first] not in shown and "已撤回" in shown
    row = await tip(town, into)
    assert row.status == "taken" and "hand" in officer.ids
    assert (await tip(town, gone[0])).alias is None and (await tip(town, stays[0])).alias is not None
    files = [await kept(town, lambda tx, one=one: files_of(tx, one)) for one in (gone[0], stays[0])]
    assert files == [0, 1]
    citizen = await town.citizen()
    assert "您已撤回" not in await looks_up(citizen, *stays) and "withdraw" in citizen.ids
    draft = await opens(officer, into) + await officer.presses("hand")
    assert words[first] not in draft
    await withdraws(town, stays)
    assert (await tip(town, into)).status == "withdrawn" and not await debts(town, into)


async def test_what_was_drafted_of_withdrawn_words_is_gone_too(
    town: Town, officer: Person, both: tuple[Told, Told]
) -> None:
    """A form that quotes them is not gone on with; nothing of it is kept in the conversation."""
    await opens(officer, both[0][0])
    await officer.presses("hand")
    for one in ("market", "done"):
        await officer.presses(one)
    await officer.says("货藏在后院，请核查")
    await withdraws(town, both[1])
    chat = await kept(town, lambda tx: chats.find(tx, "web", officer.token))
    assert chat is not None and "后院" not in str(chat.state)
    assert "后院" not in await officer.says("继续")


def files_of(tx: Tx, number: str) -> int:
    row = tips.by_number(tx, number)
    return len(attachments.of_tip(tx, row.id)) if row else 0


async def withdraws_story(town: Town, told: Told) -> list[str]:
    """What the citizen who has withdrawn is still offered of: to withdraw again, or to add."""
    citizen = await withdraws(town, told)
    assert "您已撤回" in await looks_up(await town.citizen(), *told)
    return [one for one in ("withdraw", "add") if one in citizen.ids]


async def test_a_wish_to_withdraw_is_noted_once(town: Town, officer: Person, both: tuple[Told, Told]) -> None:
    """Handed over, nothing is deleted; and the question is not put again."""
    await hands(officer, both[0][0], "market")
    citizen = await withdraws(town, both[1])
    assert "withdraw" not in citizen.ids and "add" in citizen.ids
    assert "withdraw_noted" in await moves(town, both[0][0])
    assert SECOND in await opens(officer, both[0][0])
    await citizen.says("撤回")
    await citizen.says(both[1][0])
    await citizen.says(both[1][1])
    assert "yes" not in citizen.ids


async def asks(officer: Person, number: str, question: str, *toggled: str) -> str:
    """The one whose tip goes on is ticked already; pressed again it is left out."""
    await opens(officer, number)
    await officer.presses("ask")
    for one in toggled:
        await officer.presses(f"to.{one}")
    await officer.presses("done")
    return await fills(officer, question)


@pytest.mark.parametrize("only", [0, 1], ids=["the one that goes on", "the merged one"])
async def test_a_question_goes_to_whom_it_is_put_and_so_does_its_correction(
    town: Town, officer: Person, both: tuple[Told, Told], only: int
) -> None:
    """By itself to the informant whose tip goes on, else to those chosen: what one told is not asked of the other."""
    await asks(officer, both[0][0], "红帽司机几点到的后院？", *((both[0][0], both[1][0]) if only else ()))
    await officer.presses("correct")
    await fills(officer, "红帽司机几点离开后院的？", "写错了")
    heard = [await looks_up(await town.citizen(), *told) for told in both]
    assert ["几点到" in one and "几点离开" in one for one in heard] == [only == 0, only == 1]
    assert "红帽" not in heard[1 - only]


async def test_with_one_informant_there_is_nobody_to_choose(
    town: Town, officer: Person, both: tuple[Told, Told]
) -> None:
    """Alone from the start, or since the other has withdrawn: the question is put at once, and reaches whoever is left."""
    await withdraws(town, both[0])
    await opens(officer, both[0][0])
    assert "done" not in officer.ids + (await officer.presses("ask")).split()
    await fills(officer, "什么时候看到的？")
    assert "什么时候看到的" in await looks_up(await town.citizen(), *both[1])
    assert "什么时候看到的" not in await looks_up(await town.citizen(), *both[0])


@pytest.mark.parametrize("told", [0, 1], ids=["the one that goes on", "the merged one"])
async def test_no_citizen_learns_that_another_told_of_it(town: Town, both: tuple[Told, Told], told: int) -> None:
    """Whoever sends a tip in to learn whether there is one already is told nothing of merging, and no number."""
    shown = await looks_up(await town.citizen(), *both[told])
    alone = await looks_up(await town.citizen(), *await tells(await town.citizen()))
    assert "合并" not in shown and "另一件" not in shown and both[1 - told][0] not in shown
    assert len(shown.splitlines()) <= len(alone.splitlines()) + 1  # the next step, and nothing else


async def test_answers_stand_apart_and_none_sees_the_other(
    town: Town, officer: Person, both: tuple[Told, Told]
) -> None:
    """Asked together, each answers by their own password; the answers stand apart as 甲 and 乙."""
    await asks(officer, both[0][0], "什么时候看到的？", both[1][0])
    for told, answer in zip(both, ("周一夜里", "周二凌晨"), strict=True):
        citizen = await town.citizen()
        assert "什么时候看到的" in await looks_up(citizen, *told)
        await citizen.says(answer)
        await citizen.presses("done")
    shown = await opens(officer, both[0][0])
    assert "举报人甲：周一夜里" in shown and "举报人乙：周二凌晨" in shown
    citizen = await town.citizen()
    assert "周二" not in await looks_up(citizen, *both[0]) and both[1][0] not in citizen.text


async def test_attachments_of_all_are_listed_and_go_along(town: Town, officer: Person, both: tuple[Told, Told]) -> None:
    """On the one card, opened from there, and chosen for a unit like any other."""
    await opens(officer, both[0][0])
    listed = officer.fresh[-1]["files"]
    assert len(listed) == 2
    for one in listed:
        async with town.http.get(one["url"]) as answer:
            assert answer.status == 200
    liaison = await town.staff("market", "liaison")
    row = await tip(town, both[1][0])
    other = (await kept(town, lambda tx: attachments.of_tip(tx, row.id)))[0]
    await hands(officer, both[0][0], "market", files=(str(other.id),))
    await opens(liaison, both[0][0])
    [file] = liaison.fresh[-1]["files"]
    async with town.http.get(file["url"]) as answer:
        assert answer.status == 200


async def test_a_third_is_proposed_for_what_any_of_them_told(
    town: Town, officer: Person, both: tuple[Told, Told]
) -> None:
    """Added to the merged tip: it is the matter that is alike, under the number of the tip that goes on."""
    citizen = await town.citizen()
    await looks_up(citizen, *both[1])
    await citizen.says("司机电话 13807721234")
    await citizen.presses("as_written")
    await citizen.presses("done")
    third, _ = await tells(await town.citizen(), "有人卖货，电话 13807721234", "西门车站")
    shown = await opens(officer, third)
    assert both[0][0] in shown and both[1][0] not in shown
    assert third in await opens(officer, both[0][0])


RED = "红帽"  # a word of the first one's


async def said_to(town: Town, word: str) -> list[Any]:
    """Messages with this word that wait for anybody, or that they have not acknowledged."""

    def found(tx: Tx) -> list[Any]:
        rows = tx.execute(select(models.outbox.c.sealed_payload)).scalars()
        return [one for one in (queue.opened(tx, row) for row in rows) if word in str(one)]

    return await kept(town, found)


async def test_what_is_withdrawn_is_gone(town: Town, officer: Person) -> None:
    """The copy that a unit had and was taken back, cards nobody has read yet, and the key: a row as it stood opens no
    longer. What stays, notes and course, can still be read."""
    told = await tells(await town.citizen(), FIRST, files=[("a.jpg", photo())])
    await takes(officer, told[0])
    await officer.presses("note")
    await fills(officer, "已问过值班室")
    await hands(officer, told[0], "market", copy=f"{RED}司机夜里卸货，请核查")
    await opens(officer, told[0])
    await officer.presses("recall")
    await fills(officer, next(one for one in officer.ids if one.endswith("market")), "给错了")
    await officer.post({"text": told[0]})
    await town.settle()
    before = await tip(town, told[0])
    lead = (await given(town, told[0]))["market"]
    assert await said_to(town, RED)
    await withdraws(town, told)
    row = await tip(town, told[0])
    assert (row.withdrawal, (await given(town, told[0]))["market"].sealed_copy) == ("done", b"")
    for sealed in (before.sealed_content, lead.sealed_copy):
        with pytest.raises(tip_seal.Unsealable):
            await kept(town, lambda tx, one=sealed: tip_seal.opened(tx, row.id, one))
    assert await kept(town, lambda tx: tips.content(tx, row)) == {}
    assert {"已问过值班室", "给错了"} <= {one["note"] for one in await course(town, told[0])}
    assert not await said_to(town, RED) and RED not in await officer.listens()


@pytest.mark.parametrize("first", [0, 1], ids=["the one that goes on", "the merged one"])
async def test_one_withdraws_and_the_others_can_be_read(
    town: Town, officer: Person, both: tuple[Told, Told], first: int
) -> None:
    """Copies of the matter may hold the words of all: those nobody has any more are emptied, under new keys. Files, dialogue
    and course of the other stay readable, and an alert that waits goes on waiting."""
    into = both[0][0]
    await hands(officer, into, "market", copy=f"{FIRST}；{SECOND}")
    await opens(officer, into)
    await officer.presses("recall")
    await fills(officer, next(one for one in officer.ids if one.endswith("market")), "给错了")
    stays = await town.citizen()
    await looks_up(stays, *both[1 - first])
    await stays.says("今晚又来了")
    await stays.presses("done")
    row, lead = await tip(town, into), (await given(town, into))["market"]
    await withdraws(town, both[first])
    assert (await given(town, into))["market"].sealed_copy == b""
    with pytest.raises(tip_seal.Unsealable):
        await kept(town, lambda tx: tip_seal.opened(tx, row.id, lead.sealed_copy))
    told = await officer.listens()
    assert "有补充" in told and "继续办理" in told
    shown = await opens(officer, into)
    assert "今晚又来了" in shown and (FIRST, SECOND)[1 - first] in shown and (FIRST, SECOND)[first] not in shown
    [file] = officer.fresh[-1]["files"]
    async with town.http.get(file["url"]) as answer:
        assert answer.status == 200
    assert "给错了" in {one["note"] for one in await course(town, into)}


# -- taken back ----------------------------------------------------------------------------------------------------------


async def undoes(officer: Person, number: str) -> str:
    await opens(officer, number)
    await officer.presses("undo")
    return await fills(officer, "并错了")


@pytest.mark.parametrize("seen_from", [0, 1], ids=["the one that goes on", "the merged one"])
async def test_a_merge_is_taken_back(town: Town, officer: Person, both: tuple[Told, Told], seen_from: int) -> None:
    """With a reason, in a new entry; each is again as it was, with its own clocks and words."""
    into, one = both[0][0], both[1][0]
    citizen = await town.citizen()
    await looks_up(citizen, *both[1])
    await citizen.says("昨晚又来了一次")
    await citizen.presses("done")
    await undoes(officer, both[seen_from][0])
    row = await tip(town, one)
    assert (row.status, row.merged_into, row.closed_at) == ("taken", None, None)
    entries = await course(town, one)
    undone = next(entry for entry in entries if entry["move"] == "undone")
    assert undone["note"] == "并错了"
    assert undone["corrects"] == next(entry["id"] for entry in entries if entry["move"] == "merged")
    assert "unmerged" in await moves(town, into)
    assert SECOND not in await opens(officer, into)
    shown = await opens(officer, one)
    assert SECOND in shown and "昨晚又来了一次" in shown and "hand" in officer.ids and "undo" not in officer.ids
    await closes(officer, into, "confirmed", "已查获，谢谢您")
    assert "谢谢您" not in await looks_up(await town.citizen(), *both[1])


async def test_a_merge_somebody_has_acted_on_stays(town: Town, officer: Person, both: tuple[Told, Told]) -> None:
    """Neither after the next step on the tip that goes on, nor by a colleague."""
    colleague = await town.staff(OFFICE, "intake", "乙")
    await opens(colleague, both[1][0])
    assert "undo" not in colleague.ids
    await hands(officer, both[0][0], "market")
    for number in (both[0][0], both[1][0]):
        await opens(officer, number)
        assert "undo" not in officer.ids


async def test_taking_back_a_merge_revives_no_clock_of_the_excluded(town: Town, officer: Person) -> None:
    """Who was shut out by the merge stays so: its hand-over stays recalled, and nothing of it is owed or said any more."""
    liaison, other = await town.staff("police", "liaison"), await town.staff("market", "liaison", "乙")
    one, _ = await tells(await town.citizen(), FIRST)
    into, _ = await tells(await town.citizen(), SECOND, involved=["police"])
    await takes(officer, one)
    await hands(officer, one, "police", "market")
    await liaison.listens()
    await opens(officer, one)
    await officer.presses("merge")
    await officer.presses(f"into.{into}")
    await officer.presses("submit")
    await undoes(officer, one)
    row = await tip(town, one)
    owed = await kept(town, lambda tx: duties.open_of(tx, row.id))
    assert {debt.unit for debt in owed if debt.handover} == {"market"}
    assert {unit: lead.status for unit, lead in (await given(town, one)).items()} == {
        "police": "recalled",
        "market": "sent",
    }
    await town.fast_forward(days=10)
    assert one not in await liaison.listens() and one in await other.listens()


@pytest.mark.parametrize("how", [("spam", "广告"), ("outside", "consumer", "买卖纠纷")], ids=["spam", "outside"])
async def test_a_tip_turned_away_by_mistake_comes_back(
    town: Town, officer: Person, told: Told, how: tuple[str, ...]
) -> None:
    """Units have their leads again where they had them, clocks run on, and the citizen sees that it goes on."""
    number = told[0]
    liaisons = {unit: await town.staff(unit, "liaison") for unit in ("market", "tobacco")}
    await hands(officer, number, *liaisons)
    await signs(liaisons["market"], number)
    before = set(await debts(town, number))
    await opens(officer, number)
    await officer.presses("mark")
    await fills(officer, *how)
    assert not await debts(town, number)
    await undoes(officer, number)
    assert ((await tip(town, number)).status, (await tip(town, number)).outcome) == ("handed", None)
    leads = await given(town, number)
    assert {unit: one.status for unit, one in leads.items()} == {"market": "signed", "tobacco": "sent"}
    assert set(await debts(town, number)) == before
    assert number in await liaisons["market"].listens()
    await opens(liaisons["tobacco"], number)
    assert "sign" in liaisons["tobacco"].ids
    answer = await looks_up(await town.citizen(), *told)
    assert "已转给有关单位" in answer and ("继续办理" in answer) is (how[0] == "outside")
    count = select(func.count()).select_from(models.duties).where(models.duties.c.closed_at.is_(None))
    assert await kept(town, lambda tx: tx.execute(count).scalar_one()) == len(
        await kept(town, lambda tx: duties.open_of(tx, leads["market"].tip))
    )


@pytest.fixture
async def told(town: Town, officer: Person) -> Told:
    receipt = await tells(await town.citizen())
    await takes(officer, receipt[0])
    return receipt
