"""Who sits nowhere in the county is written to: a letter in Word with a stub, what came back recorded, and what never comes asked for."""

import io
from pathlib import Path
from typing import Any

from docx import Document

from tests.stories.test_matters import OFFICES, at, begins, clocks, makes, moves, opens, refused, stages, the_matter
from tests.town import Person, Town

PLACE = "邻县烟草专卖局"


def button(person: Person, act: str) -> str:
    return next(one for one in person.ids if one.startswith(f"{act}."))


async def taken(person: Person) -> tuple[int, bytes]:
    """The file that hangs under the newest message with one."""
    link = [one for one in person.messages if one["files"]][-1]["files"][0]
    answer = await person.town.http.get(link["url"], headers=person.headers)
    return answer.status, await answer.read()


def words(data: bytes) -> str:
    """All that stands in a Word file."""
    paper = Document(io.BytesIO(data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


async def test_the_letter_says_what_is_put_and_to_whom(yangxi: Town) -> None:
    """YX-3.4d, to a place outside: number, receiver, the form as a table, the grounds, the sender's unit and duty number, and the
    stub with its own number; of the other receivers, the people and the course nothing."""
    yangxi.plan.units["market"] = yangxi.plan.units["market"].model_copy(update={"phone": "0662-5550177"})
    finder = await yangxi.staff("market", "liaison", "赵甲")
    await begins(finder, PLACE, "police")
    row = await the_matter(yangxi)
    await finder.presses(button(finder, "letter"))
    status, data = await taken(finder)
    said = words(data)
    for one in (
        row.number,
        PLACE,
        "城东仓库疑似存放假烟",
        "（四）规范打假打私信息报送",
        "0662-5550177",
        "阳西县工商行政管理局",
        "回　执",
        "2026年11月23日",
    ):
        assert one in said, one
    assert status == 200 and row.number.replace("SX", "HZ")[:6] in said
    for one in ("赵甲", "公安", "签收期限", "举报"):
        assert one not in said, one
    about = Document(io.BytesIO(data)).core_properties
    assert (about.author, about.comments) == ("", "")


async def test_it_lies_nowhere_on_the_disk(yangxi: Town, tmp_path: Path) -> None:
    """Made for whoever takes it: no file of the data folder begins as a Word file, none holds its words."""
    finder = await yangxi.staff("market", "liaison")
    await begins(finder, PLACE)
    await finder.presses(button(finder, "letter"))
    assert (await taken(finder))[0] == 200
    for name, data in kept_on_disk(tmp_path):
        assert b"word/document.xml" not in data and "城东仓库".encode() not in data, name


def kept_on_disk(folder: Path) -> list[tuple[str, bytes]]:
    return [(one.name, one.read_bytes()) for one in folder.rglob("*") if one.is_file()]


async def test_only_its_sender_takes_it(yangxi: Town) -> None:
    """Another party of the same matter, an office that is told its title, somebody without a part: no button, and the link refused."""
    finder, police = await yangxi.staff("market", "liaison"), await yangxi.staff("police", "liaison", "乙")
    office = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    await begins(finder, PLACE, "police")
    press = button(finder, "letter")
    for other in (police, office):
        await opens(other)
        assert not [one for one in other.ids if one.startswith(("letter.", "posted."))]
        prompt = other.messages[-1]["prompt"]
        await other.post({"choice": press, "prompt": prompt})
        assert not [one for one in (await other.listens(), other.fresh)[1] if one["files"]]
    await finder.presses(press)
    link = [one for one in finder.messages if one["files"]][-1]["files"][0]["url"]
    await yangxi.app.database.run(_unseated)
    answer = await yangxi.http.get(link, headers=finder.headers)
    assert answer.status == 404 and "letter" in await refused(yangxi)


def _unseated(tx: Any) -> None:
    from sqlalchemy import delete

    from storage.models import seatings

    tx.execute(delete(seatings).where(seatings.c.unit == "market"))


async def test_what_was_sent_and_what_came_back_is_recorded(yangxi: Town) -> None:
    """Sent on a day, with its reference; the stub with its own; then the answer: each in the course, with who recorded it."""
    finder = await yangxi.staff("market", "liaison")
    await begins(finder, PLACE)
    await finder.presses(button(finder, "posted"))
    assert "以前的日子" in await finder.says("12月31日")
    await finder.presses("day_0")
    await finder.says("挂号信 XA123")
    assert await stages(yangxi) == {"market": "sent", (await unit_of(yangxi)): "waiting"}
    assert "寄出函件" in finder.text and "挂号信 XA123" in finder.text and "按来函补记" not in finder.text
    await makes(finder, "sign")
    await finder.says("邻烟〔2026〕3号回执")
    await finder.says("11月23日")
    latest = (await moves(yangxi))[-1]
    assert (latest.move, latest.recorded) == ("sign", True) and "邻烟〔2026〕3号" in finder.text
    await makes(finder, "answer")
    await finder.says("已核查，未发现假烟")
    await finder.says("邻烟〔2026〕5号")
    await finder.presses("day_0")
    assert (await the_matter(yangxi)).closed_at is not None and await clocks(yangxi) == {}
    assert not [one for one in finder.ids if one.startswith("posted.")], "nothing is awaited, so nothing is sent"


async def unit_of(town: Town) -> str:
    return next(one for one in await stages(town) if ":" in one)


async def test_a_stub_that_never_comes_is_asked_for(yangxi: Town) -> None:
    """The clock of a body outside is owed by whoever wrote to it: seven working days, where one that sits here has one. After its
    time it says 未收到回执, to them and to the offices."""
    finder = await yangxi.staff("market", "liaison")
    office = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    await begins(finder, PLACE)
    number = (await the_matter(yangxi)).number
    await finder.listens()
    await yangxi.forward_to(at(11, 27, 10))
    said = await finder.listens()
    assert "12月2日" in said and "就是今天" not in said, "a letter takes its days there and back"
    await yangxi.forward_to(at(12, 11, 10))
    said = await finder.listens()
    assert number in said and "未收到回执" in said
    assert "未收到回执" in await opens(finder)
    assert "未收到回执" in await opens(office)


async def test_a_stub_of_before_the_day_is_not_late(yangxi: Town) -> None:
    """What came in time and was recorded afterwards is not called late."""
    finder = await yangxi.staff("market", "liaison")
    await begins(finder, PLACE)
    await yangxi.forward_to(at(12, 4, 10))
    await opens(finder)
    await makes(finder, "sign")
    await finder.says("邻烟〔2026〕3号回执")
    await finder.says("11月24日")
    assert (await moves(yangxi))[-1].late == ""


# -- Luzhai ----------------------------------------------------------------------------------------------------------------


async def test_a_sealed_matter_s_letter_names_its_number_and_day_alone(luzhai: Town) -> None:
    """LZ-4.8f: to the discipline organ; not even what kind of lead it is stands on the paper."""
    keeper = await luzhai.staff("police", "sealed")
    await keeper.says("密封线索")
    for one in ("at_once", "skip", "submit"):
        if one in keeper.ids:
            await keeper.presses(one)
    row = await the_matter(luzhai)
    await opens(keeper)
    await keeper.presses(button(keeper, "letter"))
    status, data = await taken(keeper)
    said = words(data)
    assert status == 200 and row.number in said and "密封件" in said and "纪委监委" in said
    for hidden in ("党员干部", "保护伞", "线索"):
        assert hidden not in said, hidden


async def test_a_transfer_carries_its_seizure_list(luzhai: Town) -> None:
    """LZ-3.3b, LZ-3.3c: to Liuzhou customs, with the goods in a table of their own, an item a row."""
    finder = await luzhai.staff("market", "liaison")
    await finder.says("移送案件")
    await finder.says(
        "案件代号：移二\n货物品种：冻品\n案件性质：涉嫌走私\n涉嫌犯罪：否\n查清管辖日期：11月23日\n案件情况：冷库查获冻品"
        "\n物品：冻鸡爪\n数量：3吨\n物品：冻牛百叶\n数量：2吨"
    )
    for one in ("done", "at_once", "receiver.liuzhou_customs"):
        await finder.presses(one)
    for one in ("done", "skip", "skip", "submit"):
        if one in finder.ids:
            await finder.presses(one)
    await finder.presses(button(finder, "letter"))
    status, data = await taken(finder)
    tables = [[[cell.text for cell in row.cells] for row in one.rows] for one in Document(io.BytesIO(data)).tables]
    goods = next(one for one in tables if one[0][0] == "#")
    assert status == 200 and goods[1][:3] == ["1", "冻鸡爪", "3吨"] and goods[2][:3] == ["2", "冻牛百叶", "2吨"]
    assert (
        "柳州海关" in words(data)
        and "（三）案件移送制度" in words(data)
        and "LZ-" not in words(data).replace("LZ-SX", "").replace("LZ-HZ", "")
    )
