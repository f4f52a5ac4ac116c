"""The days of a matter: when it was over, what a stub may bear, and what both ends of a sealed one read of it."""

from tests.stories.test_matters import begins, clocks, makes, moves, opens, refused, the_matter
from tests.town import Town


async def test_what_is_said_after_the_end_does_not_move_the_end(yangxi: Town) -> None:
    """YX-2.10a: 说明 may follow when all is entered; it was over when it was over."""
    unit = await yangxi.staff("market", "liaison")
    await unit.says("两法衔接")
    await unit.says("案件代号：西一\n作出决定日期：11月23日\n决定：行政处罚\n达到刑事追诉标准：否\n已移送公安：否")
    for one in ("done", "at_once", "skip", "submit"):
        await unit.presses(one)
    await opens(unit)
    await makes(unit, "enter")
    await unit.says("粤两法〔2026〕1号")
    over = (await the_matter(yangxi)).closed_at
    await yangxi.fast_forward(days=2)
    await opens(unit)
    await makes(unit, "explain")
    await unit.says("未达到标准")
    assert over is not None and (await the_matter(yangxi)).closed_at == over


async def test_no_stub_is_older_than_the_matter(yangxi: Town) -> None:
    """It bears the matter's number: not yesterday's day, where it was begun today."""
    finder = await yangxi.staff("market", "liaison")
    await begins(finder, "邻县烟草专卖局")
    await makes(finder, "sign")
    await finder.says("邻烟〔2026〕3号回执")
    assert "day_0" in finder.ids and "day_1" not in [one["id"] for one in finder.fresh[-1]["choices"]]
    assert "11月23日" in await finder.says("11月20日") and (await moves(yangxi))[-1].move == "send"
    await finder.says("今天")
    assert (await moves(yangxi))[-1].move == "sign" and await refused(yangxi) == []


async def test_both_ends_of_a_sealed_lead_read_number_and_day(luzhai: Town) -> None:
    """LZ-4.8f: that it was handed over, when it was taken, and the number of the paper; to whoever has a part in it."""
    keeper = await luzhai.staff("police", "sealed")
    await keeper.says("密封线索")
    for one in ("at_once", "submit"):
        await keeper.presses(one)
    await opens(keeper)
    await makes(keeper, "take")
    await keeper.says("鹿纪收〔2026〕7号")
    await keeper.presses("day_0")
    said = await opens(keeper)
    assert "鹿纪收〔2026〕7号" in said and "收件" in said and "11月23日" in said.partition("收件")[2]
    assert await clocks(luzhai) == {}


async def test_the_sender_of_a_sealed_lead_reads_that_it_was_taken(yangxi: Town) -> None:
    """YX-2.10b: the finder sees that the keeper took it and when, and nobody else sees anything."""
    finder, keeper = await yangxi.staff("market", "liaison"), await yangxi.staff("procuratorate", "sealed", "密")
    leader = await yangxi.staff("market", "leader", "戊")
    await finder.says("密封线索")
    for one in ("at_once", "submit"):
        await finder.presses(one)
    await opens(keeper)
    await makes(keeper, "take")
    assert "收件" in await opens(finder) and "移交" in await opens(keeper)
    assert "没有找到" in await opens(leader)
