"""What a card's buttons say, typed where no card is open: done where it can mean but one thing, and never left looking as if."""

import pytest

from tests.bot.attachments import photo
from tests.stories.office import OFFICE, given, hands, moves, opens, signs, takes, tells, tip
from tests.town import Person, Town


async def handed(town: Town, *numbers: int) -> tuple[Person, Person, list[str]]:
    """Intake and a liaison of the market; and as many leads as that, handed to the market."""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("market", "liaison", "乙")
    given_ = []
    for place in numbers:
        number, _ = await tells(await town.citizen(), where=f"县城东门{place}号老粮仓")
        await takes(officer, number)
        await hands(officer, number, "market")
        given_.append(number)
    await liaison.listens()
    return officer, liaison, given_


async def test_the_words_of_the_button_sign(sqlite_town: Town) -> None:
    """The newest message shows 打开 and 签收: 签收, typed, signs the one lead that waits; 报进展 and 办结 then open their forms;
    what can't be done to any is not done and said so."""
    _, liaison, [number] = await handed(sqlite_town, 1)
    assert "没有可以这样办" in await liaison.says("办结")
    await liaison.says("签收")
    assert (await given(sqlite_town, number))["market"].status == "signed"
    await liaison.presses("leave")
    await liaison.says("报进展")
    await liaison.says("去看了，没人")
    assert (await moves(sqlite_town, number))["progress"]["note"] == "去看了，没人"
    await liaison.presses("leave")
    await liaison.says("结案")
    assert "not_confirmed" in liaison.ids


async def test_of_several_it_is_asked_which(sqlite_town: Town) -> None:
    """Two wait: the word opens neither, and the doors lead straight to what it says."""
    _, liaison, numbers = await handed(sqlite_town, 1, 2)
    assert "先发编号" in await liaison.says("签收")
    assert [one.status for n in numbers for one in (await given(sqlite_town, n)).values()] == ["sent", "sent"]
    await liaison.presses(numbers[1])
    assert (await given(sqlite_town, numbers[1]))["market"].status == "signed"
    assert (await given(sqlite_town, numbers[0]))["market"].status == "sent"


@pytest.mark.parametrize("word", ["转办", "移送", "交办", "转交"])
async def test_other_names_of_handing_over(sqlite_town: Town, word: str) -> None:
    """On the card and where nothing is open."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    number, _ = await tells(await sqlite_town.citizen())
    assert "没有可以这样办" in await officer.says(word)
    await officer.says("受理")
    assert (await tip(sqlite_town, number)).status == "taken"
    await officer.says(word)
    assert "market" in officer.ids
    await officer.says("取消")
    await officer.presses("leave")
    await officer.says(word)
    assert "market" in officer.ids


@pytest.mark.parametrize(("words", "said"), [("去看了，没人", True), ("谢谢", False), ("好的", False)])
async def test_what_is_not_understood_went_nowhere(sqlite_town: Town, words: str, said: bool) -> None:
    """A report typed on no card reaches nobody, and that is said; thanks ask for nothing."""
    _, liaison, [number] = await handed(sqlite_town, 1)
    assert ("先发编号" in await liaison.says(words)) is said
    assert "progress" not in await moves(sqlite_town, number)


@pytest.mark.parametrize("card", [False, True])
async def test_a_picture_that_nothing_takes_is_said_not_to_be_kept(sqlite_town: Town, card: bool) -> None:
    """With nothing open, or a card that takes none."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    number, _ = await tells(await sqlite_town.citizen())
    if card:
        await opens(officer, number)
    await officer.sends("a.jpg", photo())
    assert "没有保存" in officer.text and "代录" in officer.text


async def test_signing_on_a_reminder_leaves_a_form_open(sqlite_town: Town) -> None:
    """Signing asks for nothing: the form of another lead goes on where it stood, though nothing was answered in it yet."""
    _, liaison, numbers = await handed(sqlite_town, 1, 2)
    await signs(liaison, numbers[0])
    await liaison.presses("complete")
    waiting = (await given(sqlite_town, numbers[1]))["market"]
    await liaison.post({"choice": f"go.sign.{waiting.id}", "prompt": 0})
    await liaison.listens()
    assert (await given(sqlite_town, numbers[1]))["market"].status == "signed"
    assert "not_confirmed" in liaison.ids
    await liaison.presses("not_confirmed")
    await liaison.says("现场没有发现")
    await liaison.presses("submit")
    assert (await given(sqlite_town, numbers[0]))["market"].outcome == "not_confirmed"


async def test_open_typed_opens_the_one_that_waits(sqlite_town: Town) -> None:
    """After an alert whose button is 打开, for intake and for a liaison."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    number, _ = await tells(await sqlite_town.citizen())
    await officer.listens()
    assert number in await officer.says("打开") and "take" in officer.ids
    await takes(officer, number)
    await hands(officer, number, "market")
    liaison = await sqlite_town.staff("market", "liaison", "乙")
    assert number in await liaison.says("打开") and "sign" in liaison.ids


async def test_handing_back_in_a_word_names_what_is_handed_back(sqlite_town: Town) -> None:
    """No card stands above the form."""
    _, liaison, [number] = await handed(sqlite_town, 1)
    assert number in await liaison.says("退回")
    await liaison.says("不归我们管辖，请转别处")
    await liaison.presses("nobody")
    assert number in liaison.fresh[-1]["text"] and "submit" in liaison.ids
