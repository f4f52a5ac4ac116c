"""The conversation of a matter: one where one is meant, ticks that say what is picked, days and choices as people say them, what is
written under another name, what somebody may not begin. Both counties; nothing of them is code."""

from storage import matters
from tests.stories.office import kept
from tests.stories.regimes import does
from tests.stories.test_matters import act, makes, moves, opens, the_matter
from tests.town import Person, Town

CASE = "案件代号：移一\n货物品种：卷烟\n案件性质：走私\n涉嫌犯罪：不涉嫌\n查清管辖日期：上周五\n案件情况：查获走私烟一批\n物品：卷烟\n数量：20箱"
HELP = "案件代号：协一\n请求事项：核查货主\n法律依据：行政处罚法\n经办人两名：是"


def last(person: Person) -> str:
    return str(person.fresh[-1]["text"])


def ticked(person: Person) -> list[str]:
    return [one["label"].removeprefix("✓ ") for one in person.fresh[-1]["choices"] if one["label"].startswith("✓")]


async def test_an_option_that_is_asked_for_may_stand_alone_in_a_list(luzhai: Town) -> None:
    """LZ-4.16c: the first line of a paste is the option without the field's name; it is taken, and the line below the form says
    what is not to be written."""
    post = await luzhai.staff("post_company", "liaison")
    await post.says("寄递渠道线索")
    said = await post.says("夹带烟草\n涉嫌犯罪：否\n发现日期：11月23日\n网点：城东网点")
    assert "没看懂" not in said and "什么情况：夹带烟草" in said and "不写收寄件人" in said


# -- whom it goes to -----------------------------------------------------------------------------------------------------


async def test_where_one_is_meant_one_is_taken(luzhai: Town) -> None:
    """LZ-3.3d: two at once are refused and nothing typed is lost; a second takes the place of the first; the reason that was given
    for one is asked again for another."""
    finder = await luzhai.staff("market", "liaison")
    await does(finder, "案件移交", CASE, "done", "at_once")
    assert "选一个" in last(finder) and "可以点几个" not in last(finder)
    said = await finder.says("海关、烟草局")
    assert "只能有一个" in said and ticked(finder) == [] and "done" not in finder.ids
    assert "不在这一步可选的名单里" in await finder.says("宣传部"), "it exists, and cannot have it"
    await finder.says("海关")
    assert ticked(finder) == ["柳州海关"]
    await finder.says("烟草局")
    assert ticked(finder) == ["县烟草专卖局"] and "已选 接收单位：县烟草专卖局" in last(finder)
    await does(finder, "done", "属地烟草案件", "skip", "change", "change_units")
    assert ticked(finder) == ["县烟草专卖局"]
    await does(finder, "receiver.liuzhou_customs", "done")
    assert "为什么" in last(finder)
    await does(finder, "走私应由海关办理", "submit")
    row = await the_matter(luzhai)
    assert {"market", "liuzhou_customs"} <= {
        one.unit for one in await kept(luzhai, lambda tx: matters.parties(tx, row.id))
    }
    assert "属地烟草案件" not in await opens(finder) and "走私应由海关办理" in finder.text


async def test_ticks_text_and_review_say_the_same(yangxi: Town) -> None:
    """What was typed is ticked and taken back by one press, before and after the last look; unticked it goes nowhere."""
    police = await yangxi.staff("police", "liaison")
    await does(police, "案件协查", HELP, "done", "at_once", "烟草局和工商局", "阳春市、镇 2号")
    assert {"县烟草专卖局", "县工商局", "阳春市"} <= {*ticked(police)}
    await police.presses("receiver.tobacco")
    assert "县烟草专卖局" not in ticked(police) and "县烟草专卖局" not in last(police)
    await does(police, "done", "skip")
    assert "阳春市" in last(police) and "县烟草专卖局" not in last(police)
    await does(police, "change", "change_units", "receiver.market")
    assert "县工商局" not in ticked(police)
    await does(police, "keep")
    assert "县工商局" in last(police), "left as it was"


async def test_what_may_be_several_is_asked_and_the_known_are_kept(luzhai: Town) -> None:
    """A word that fits several names is asked about; a misspelt one is told and the others stay."""
    hq = await luzhai.staff("hq_office", "coordinator")
    await does(hq, "交办任务", "决定日期：昨天\n任务内容：排查冷库", "done", "at_once")
    assert "可能是" in await hq.says("县人民")
    said = await hq.says("公安局、烟草局、不存在的局")
    assert "不存在的局" in said and {*ticked(hq)} == {"县公安局", "县烟草专卖局"}
    assert "不在这一步可选的名单里" in await hq.says("柳州海关")


async def test_what_has_changed_meanwhile_costs_no_word(luzhai: Town) -> None:
    """The county's file lets a unit go while the last look is open: whom it goes to is asked again, all the rest stands."""
    finder = await luzhai.staff("market", "liaison")
    await does(finder, "案件移交", CASE, "done", "at_once", "receiver.tobacco", "done", "属地烟草案件", "skip")
    units = luzhai.plan.units
    units["tobacco"] = type(units["tobacco"]).model_validate(units["tobacco"].model_dump() | {"abolished": True})
    said = await finder.presses("submit")
    assert "接收单位" in said and "移一" in await finder.says("返回") + finder.text
    assert await the_matter(luzhai) is None


async def test_the_second_question_is_of_whom_may_be_told(luzhai: Town) -> None:
    """LZ-3.4c: who handles it first, the joint units after that, without who handles it."""
    applicant, hq = await luzhai.staff("market", "liaison"), await luzhai.staff("hq_office", "coordinator", "乙")
    await does(
        applicant,
        "申请督办",
        "案件代号：督一\n督办理由：社会关注\n简要案情：冻品流入市场",
        "done",
        "at_once",
        "skip",
        "submit",
    )
    await opens(hq)
    await makes(hq, "approve")
    assert not [one for one in hq.ids if one.startswith("partner.")]
    await does(hq, "handler.police", "done")
    assert "partner.court" in hq.ids and "partner.police" not in hq.ids and "skip" in hq.ids


# -- what it says --------------------------------------------------------------------------------------------------------


async def test_choices_and_days_as_people_say_them(luzhai: Town) -> None:
    """柴油 is 成品油, 走私 is a kind of case and no kind of goods; what can be chosen stands below, once; yes and no are pressed."""
    finder = await luzhai.staff("transport", "liaison")
    await does(finder, "案件移交", "案件代号：移二")
    assert "is.refined_oil" in finder.ids and "1 烟草" not in last(finder)
    said = await finder.says("走私")
    assert "里没有“走私”" in said and "2 成品油" not in said
    await does(finder, "柴油", "走私")
    assert "货物品种：成品油" in last(finder) and "案件性质：涉嫌走私" in last(finder)
    assert {"is.yes", "is.no"} <= {*finder.ids} and "先于品种判断" in last(finder)
    await does(finder, "is.no")
    assert "今天或以前" in await finder.says("明天")
    await does(finder, "周五")
    assert "查清管辖日期：2026年11月20日" in last(finder)


async def test_a_meeting_to_come_is_not_held_yesterday(luzhai: Town) -> None:
    """LZ-3.2b: 会商日期 lies ahead, whatever it is called; a bare 周五 is the next one; today is a day to come as well."""
    market = await luzhai.staff("market", "liaison")
    await does(market, "联合办案", "案件或问题代号：联一\n会商原因：涉及刑事犯罪\n会商问题：如何固定电子证据")
    for words in ("昨天", "11月20日", "上周五"):
        assert "今天或以后" in await market.says(f"会商日期：{words}"), words
    for words, day in (("今天", "11月23日"), ("周五", "11月27日")):
        assert f"会商日期：2026年{day}" in await market.says(f"会商日期：{words}")


async def test_what_is_not_to_be_written_is_said_once(luzhai: Town) -> None:
    """LZ-4.4b: as the form opens, in the language of whoever fills it in; not again with each line."""
    market = await luzhai.staff("market", "liaison")
    assert "不写案件当事人" in await market.says("法律咨询")
    assert "不写案件当事人" not in await market.says("法律问题：无合法来源的冻品如何认定")
    await market.says("English")
    await market.says("取消")
    if "give_up" in market.ids:
        await market.presses("give_up")
    assert "Only the question of law" in await market.says("Legal consultation")


async def test_the_police_transfer_nothing_to_the_police(luzhai: Town) -> None:
    """LZ-4.8c: what a unit may not begin is offered to it neither with the form nor on the card; to who may it is."""
    police, market = await luzhai.staff("police", "liaison"), await luzhai.staff("market", "liaison", "乙")
    for who, able in ((police, False), (market, True)):
        await does(who, "案件移交", CASE, "done")
        assert ("goes.to_police" in who.ids) is able
        await does(who, "write_down", "skip", "submit")
        await opens(who)
        assert any(one.endswith(".to_police") for one in who.ids) is able
        assert any(one.endswith(".hand_over") for one in who.ids)


async def test_yes_or_no_is_not_where_names_are_written(yangxi: Town) -> None:
    """The line says so itself, before and after."""
    police = await yangxi.staff("police", "liaison")
    await does(police, "案件协查", "案件代号：协一\n请求事项：核查货主\n法律依据：行政处罚法")
    assert "姓名不写在这里" in last(police) and {"is.yes", "is.no"} <= {*police.ids}
    said = await police.says("张某、李某")
    assert "请答“是”或“否”（姓名不写在这里" in said


async def test_another_name_is_no_answer(luzhai: Town) -> None:
    """完成时限：下周五 is told as unknown wherever it is typed; a long sentence that begins so is one."""
    hq = await luzhai.staff("hq_office", "coordinator")
    await does(hq, "交办任务")
    assert "表里没有“办结时间”这一项" in await hq.says("办结时间：下周五")
    assert "表里没有“办结时间”" in await hq.says("决定日期：昨天") + await hq.says("办结时间：下周五")
    await hq.says("请注意：全县冷库逐家排查登记造册，发现无合法来源冻品的当场登记保存并立即报告指挥部办公室")
    assert "任务内容：请注意：全县冷库" in last(hq)


async def test_what_happened_is_not_lost(yangxi: Town) -> None:
    """YX-3.4c: a sentence, where it is asked what kind of thing it is, is what happened; of 其他 it has to be said."""
    town = await yangxi.staff("town_1", "liaison")
    await does(town, "突发情况", "有人冲击烟草检查站，打伤两名执法人员")
    assert "发生了什么：有人冲击烟草检查站" in last(town)
    await does(town, "取消", "give_up", "突发情况", "其他突发", "地点：城东")
    assert "还要填：发生了什么" in last(town)


async def test_words_about_persons_are_asked_about(luzhai: Town) -> None:
    """As with a form: the last look repeats it, and a move that has none asks before it is made; an identity number is not taken."""
    finder, tobacco = await luzhai.staff("market", "liaison"), await luzhai.staff("tobacco", "liaison", "乙")
    await does(finder, "案件移交", CASE, "done", "at_once", "receiver.tobacco", "done")
    assert "身份证号码" in await finder.says("当事人 450223199001011234 已到案")
    await does(finder, "举报人说在城东", "skip")
    assert "理由好像写到了个人" in last(finder)
    await finder.presses("submit")
    await opens(tobacco)
    await makes(tobacco, "sign")
    await tobacco.says("鹿烟收1号，问13877779999")
    assert "好像写到了个人" in last(tobacco) and [one.move for one in await moves(luzhai)].count("sign") == 0
    await does(tobacco, "edit", "鹿烟收〔2026〕1号")
    assert (await moves(luzhai))[-1].move == "sign" and "13877779999" not in await opens(tobacco)


# -- before it goes, and after -------------------------------------------------------------------------------------------


async def test_the_last_look_names_whom_nobody_picks(luzhai: Town) -> None:
    """LZ-4.7b: it says to whom it goes; afterwards the course says so too, and a role called as its unit is said once."""
    school = await luzhai.staff("education", "liaison")
    await does(
        school, "校园线索", "什么情况：向未成年人售烟\n发现日期：昨天\n学校：城东小学", "done", "at_once", "skip"
    )
    assert "发给：县烟草专卖局、县市场监管局" in last(school)
    await school.presses("discard")
    assert "放弃吗" in last(school)
    await does(school, "stay", "submit")
    assert "通报，给县烟草专卖局、县市场监管局" in last(school) and "县烟草专卖局 县烟草专卖局" not in last(school)


async def test_what_others_begin_is_said_to_be_theirs(luzhai: Town) -> None:
    """No word of “not understood”: whose it is."""
    town = await luzhai.staff("town_1", "liaison")
    said = await town.says("交办任务")
    assert "指挥部办公室" in said and "不由您发起" in said and "没看懂" not in said


async def test_a_word_that_is_used_up_says_so(luzhai: Town) -> None:
    """Handed back once, put right and sent again: why it is not offered a second time."""
    finder, tobacco = await luzhai.staff("market", "liaison"), await luzhai.staff("tobacco", "liaison", "乙")
    await does(
        finder, "案件移交", CASE, "done", "at_once", "receiver.tobacco", "done", "属地烟草案件", "skip", "submit"
    )
    await opens(tobacco)
    await makes(tobacco, "hand_back")
    await tobacco.says("缺扣押清单")
    await opens(finder)
    await does(finder, act(finder, "hand_over"))
    assert "退回理由：缺扣押清单" in last(finder) and "数量：20箱" in last(finder)
    await does(finder, "数量：20箱（清单附后）", "done", "receiver.tobacco", "done", "补齐了", "skip", "submit")
    said = await opens(tobacco)
    assert "清单附后" in said and "“退回补正”每件只能用一次" in said
    assert not [one for one in tobacco.ids if one.endswith(".hand_back")]


async def test_a_paper_that_is_waited_for_is_called_so(luzhai: Town) -> None:
    """To customs: the sender's list says whose receipt it waits for, and nothing of signing it itself."""
    finder = await luzhai.staff("market", "liaison")
    await does(
        finder, "案件移交", CASE, "done", "at_once", "海关", "done", "走私", "走私应由海关办理", "skip", "submit"
    )
    said = await finder.says("待办")
    assert "等柳州海关的回执" in said and "签收（LZ-SX" not in said
