"""The plans as data: what both counties say, and what a faulty file is told, sentence by sentence."""

from pathlib import Path
from shutil import copy

import pytest

from rules.county import Plan, load, load_common, load_plan
from rules.problems import PlanError
from rules.terms import Origin, Text

COUNTIES = Path(__file__).parents[2] / "counties"


def faults(folder: Path, name: str, old: str, new: str) -> list[str]:
    """The sentences for a file with one thing changed, without the folder they lie in."""
    for file in COUNTIES.glob("*.yaml"):
        copy(file, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) >= 1, "the row does not fit the file any more"
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load([folder / ("luzhai.yaml" if name == "common.yaml" else name)])
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


# file, what stands there, what somebody typed, the sentence
FAULTS = [
    # a mistyped key or word is told with the one that was meant
    (
        "yangxi.yaml",
        "    kind: government",
        "    kimd: government",
        "yangxi.yaml: units.county_gov.kimd: expected no such key here, found 'kimd'; did you mean 'kind'?",
    ),
    (
        "luzhai.yaml",
        "issue_date: 2022-03-03",
        "isue_date: 2022-03-03",
        "luzhai.yaml: isue_date: expected no such key here, found 'isue_date'; did you mean 'issue_date'?",
    ),
    (
        "luzhai.yaml",
        "    kind: government",
        "    kind: goverment",
        "luzhai.yaml: units.county_gov.kind: expected one of government, party_organ, lead_agency, cooperating_agency, "
        "coordination_office, judicial_organ, supervision_organ, state_company, township, sub_unit, "
        "upper_level_agency, external, found 'goverment'; did you mean 'government'?",
    ),
    (
        "luzhai.yaml",
        "    origin: law",
        "    origin: laws",
        "luzhai.yaml: routes[16].origin: expected one of seed, law, practice, default, found 'laws'; "
        "did you mean 'law'?",
    ),
    (
        "common.yaml",
        "audience: coordinators, template: untaken",
        "audience: coordinator, template: untaken",
        "common.yaml: ladders.happening_now.steps[3].audience: expected one of duty, intake, taker, liaison, unit_leader, "
        "coordinators, leader, sealed, everyone, found 'coordinator'; did you mean 'coordinators'?",
    ),
    (
        "common.yaml",  # what rings at night is not repeated without end every half hour
        "      - {every: 24, audience: sealed, template: untaken}",
        "      - {every: 1, audience: sealed, template: untaken}",
        "luzhai.yaml: ladders.sealed_now.then: expected rounds of an urgent ladder at least 12 hours apart; what comes "
        "sooner is a step, found 60 minutes",
    ),
    (
        "common.yaml",
        "    since: received",
        "    sence: received",
        "common.yaml: clocks.receive.sence: expected no such key here, found 'sence'; did you mean 'since'?",
    ),
    # a missing value, words instead of a number, a number instead of words
    (
        "luzhai.yaml",
        "letters: LZ\n",
        "",
        "luzhai.yaml: letters: expected a value, since the key is required, found nothing",
    ),
    (
        "luzhai.yaml",
        "letters: LZ",
        "letters: 鹿寨",
        "luzhai.yaml: letters: expected a name like ^[A-Z]{2,4}$, found '鹿寨'",
    ),
    (
        "common.yaml",
        'number: "12313"',
        "number: 12313",
        "common.yaml: hotlines.tobacco.number: expected words (put a number in quotes), found 12313",
    ),
    (
        "common.yaml",
        "    n: 7\n",
        "    n: seven\n",
        "common.yaml: clocks.decide.tobacco.n: expected a valid integer, unable to parse string as an integer, "
        "found 'seven'",
    ),
    (
        "common.yaml",
        "    n: 7\n",
        "    n: 0\n",
        "common.yaml: clocks.decide.tobacco: expected a sound value (n is 0; a clock runs for at least 1 day), "
        "found a mapping of 6",
    ),
    (
        "yangxi.yaml",
        "name: {zh: 阳西县, en: Yangxi County}",
        "name: {zh: 阳西县}",
        "yangxi.yaml: name.en: expected a value, since the key is required, found nothing",
    ),
    (
        "yangxi.yaml",
        "name: {zh: 阳西县, en: Yangxi County}",
        'name: {zh: 阳西县, en: ""}',
        "yangxi.yaml: name: expected a sound value (en is empty; both languages are needed), found a mapping of 2",
    ),
    # a word that two choices answer to would recognise neither
    (
        "luzhai.yaml",
        "words: [柴油, ",
        "words: [柴油, 私烟, ",
        "luzhai.yaml: goods.refined_oil.words[1]: expected a word that stands once ('goods.tobacco.words[4]' has it), "
        "found '私烟'",
    ),
    (
        "luzhai.yaml",
        "words: [柴油, ",
        "words: [柴油, DIESEL, ",
        "luzhai.yaml: goods.refined_oil.words[8]: expected a word that stands once ('goods.refined_oil.words[1]' has it), "
        "found 'diesel'",
    ),
    # demands: one way to be due, which goes with how often; a proposal alone can be confirmed; names and seats exist
    (
        "yangxi.yaml",
        "    within: {n: 30, unit: day, since: issued}\n",
        "",
        "yangxi.yaml: duties.plan_filing: expected a sound value (one of day_of_month, end_of_period, year_day and within "
        "says when it is due)",
    ),
    (
        "yangxi.yaml",
        "    every: once",
        "    every: year",
        "yangxi.yaml: duties.plan_filing: expected a sound value (what says when it is due does not go with every: year)",
    ),
    (
        "yangxi.yaml",
        "    every: once\n    within: {n: 30, unit: day, since: issued}\n",
        "    every: event\n    asked: {by: 2026-12-01}\n",
        "yangxi.yaml: duties.plan_filing.asked: expected no such key in a file; offices ask while the program runs",
    ),
    (
        "luzhai.yaml",
        "    clause: LZ-3.5b\n  quarterly",
        "    clause: LZ-3.5b\n    confirmed: 2026-11-23\n  quarterly",
        "luzhai.yaml: duties.monthly_operation: expected a sound value (confirmed belongs to a proposed date only, origin "
        "default or practice)",
    ),
    (
        "yangxi.yaml",
        "day_of_month: {day: 1, months_after: 1, holiday: later",
        "day_of_month: {day: 1, months_after: 1, holiday: latter",
        "yangxi.yaml: duties.monthly_report.day_of_month.holiday: expected one of earlier, later, none, found 'latter'; "
        "did you mean 'later'?",
    ),
    (
        "yangxi.yaml",
        "    owed_by: [monthly_reporters]",
        "    owed_by: [monthly_reporter]",
        "yangxi.yaml: duties.monthly_report.owed_by[0]: expected a name that is defined, found 'monthly_reporter'; "
        "did you mean 'monthly_reporters'?",
    ),
    (
        "yangxi.yaml",
        "    members: [towns, tobacco]",
        "    members: [town, tobacco]",
        "yangxi.yaml: unit_sets.monthly_reporters.members[0]: expected a name that is defined, found 'town'; "
        "did you mean 'towns'?",
    ),
    (
        "yangxi.yaml",
        "    ladder: duty_filing\n    form",
        "    ladder: duty_filling\n    form",
        "yangxi.yaml: duties.monthly_report.ladder: expected a name that is defined, found 'duty_filling'; "
        "did you mean 'duty_filing'?",
    ),
    (
        "yangxi.yaml",
        "    owed_by: [two_offices]\n    seat: coordinator",
        "    owed_by: [lead_units]\n    seat: sealed",
        "yangxi.yaml: duties.joint_conference.owed_by: expected units where people can hold the seat 'sealed' (see "
        "seats.sealed.units), found 'tobacco'",
    ),
    (
        "yangxi.yaml",
        "  two_offices:\n",
        "  tobacco:\n",
        "yangxi.yaml: unit_sets.tobacco: expected a name no unit has, found 'tobacco'",
    ),
    (
        "yangxi.yaml",
        "    ladder: duty_record\n    minutes: 10",
        "    ladder: tip_sealed\n    minutes: 10",
        "yangxi.yaml: duties.joint_conference.ladder: expected a ladder that tells the unit itself, since the date is "
        "proposed, found 'tip_sealed'",
    ),
    # names that do not exist
    (
        "yangxi.yaml",
        "    to: transport",
        "    to: transprt",
        "yangxi.yaml: routes[3].to: expected a name that is defined, found 'transprt'; did you mean 'transport'?",
    ),
    (
        "luzhai.yaml",
        "    goods: [refined_oil, frozen]\n    violations",
        "    goods: [refined_oil, frosen]\n    violations",
        "luzhai.yaml: routes[1].goods[1]: expected a name that is defined, found 'frosen'; did you mean 'frozen'?",
    ),
    (
        "luzhai.yaml",
        "    host: science_industry_trade",
        "    host: science_trade",
        "luzhai.yaml: units.hq_office.host: expected a name that is defined, found 'science_trade'; "
        "did you mean 'science_industry_trade'?",
    ),
    (
        "yangxi.yaml",
        "intake:\n  unit: tobacco",
        "intake:\n  unit: tobaco",
        "yangxi.yaml: intake.unit: expected a name that is defined, found 'tobaco'; did you mean 'tobacco'?",
    ),
    (
        "luzhai.yaml",
        "  seat: sealed",
        "  seat: seeled",
        "luzhai.yaml: sealed.seat: expected a name that is defined, found 'seeled'; did you mean 'sealed'?",
    ),
    (
        "common.yaml",
        "law: tobacco_procedure_33",
        "law: tobacco_procedure_3",
        "common.yaml: clocks.decide.tobacco.law: expected a name that is defined, found 'tobacco_procedure_3'; "
        "did you mean 'tobacco_procedure_33'?",
    ),
    # sources
    (
        "luzhai.yaml",
        "clause: LZ-3.3b",
        "clause: YX-3.3b",
        "luzhai.yaml: routes[1].clause: expected a clause id like LZ-3.1b, found 'YX-3.3b'",
    ),
    (
        "luzhai.yaml",
        "    clause: LZ-3.3b\n",
        "",
        "luzhai.yaml: routes[1].clause: expected the clause of the plan, since its origin is seed, found nothing",
    ),
    (
        "common.yaml",
        "    law: tobacco_procedure_33\n",
        "",
        "common.yaml: clocks.decide.tobacco.law: expected an entry of laws, since its origin is law, found nothing",
    ),
    # things that cannot work
    (
        "luzhai.yaml",
        "others: [gov_office, political_legal]",
        "others: [anti_smuggling_office]",
        "luzhai.yaml: intake.others[0]: expected a unit that is not one body with 'hq_office', which it stands in for, "
        "found 'anti_smuggling_office'",
    ),
    (
        "luzhai.yaml",
        "others: [gov_office, political_legal]",
        "others: [tobacco]",
        "luzhai.yaml: intake.others[0]: expected a unit where people can hold the seat 'intake' "
        "(see seats.intake.units), found 'tobacco'",
    ),
    (
        "luzhai.yaml",
        "    to: city_post_admin",
        "    to: post_company",
        "luzhai.yaml: routes[14].to: expected a unit that can act on a tip, "
        "found 'post_company', a company, which has no power to punish",
    ),
    (
        "yangxi.yaml",
        "    successor: {to: police,",
        "    successor: {to: null,",
        "yangxi.yaml: routes[9].to: expected a unit that can act on a tip, "
        "found 'border_police', abolished, and nobody is named to follow it",
    ),
    (
        "yangxi.yaml",
        "violations: [online]",
        "violations: [umbrella]",
        "yangxi.yaml: routes[7].violations: expected no violation that takes the sealed route, which is no hand-over, "
        "found 'umbrella'",
    ),
    (
        "luzhai.yaml",
        "aliases: [科工贸局, 科工贸]",
        "aliases: [科工贸局, 打私办]",
        "luzhai.yaml: units.science_industry_trade: expected names no other unit answers to "
        "('anti_smuggling_office' does), found '打私办'",
    ),
    (
        "luzhai.yaml",
        "    parent: county_gov",
        "    parent: gov_office",
        "luzhai.yaml: units.gov_office.parent: expected a line that does not come back to itself, found 'gov_office'",
    ),
    (
        "luzhai.yaml",
        "timezone: Asia/Shanghai",
        "timezone: Asia/Luzhai",
        "luzhai.yaml: timezone: expected a zone such as Asia/Shanghai, found 'Asia/Luzhai'",
    ),
    (
        "yangxi.yaml",
        "letters: YX",
        "letters: LZ",
        "yangxi.yaml: letters: expected 'YX', as most clause ids of this plan begin, found 'LZ'",
    ),
    (
        "common.yaml",
        "work: [2026-01-04,",
        "work: [2026-01-05,",
        "common.yaml: calendar[2026]: expected a sound value (2026-01-05 is no weekend day; a make-up working day "
        "(调休) always is), found a mapping of 4",
    ),
    # YAML itself
    (
        "yangxi.yaml",
        "  police:\n    name: {zh: 县公安局",
        "  tobacco:\n    name: {zh: 县公安局",
        "yangxi.yaml: line 43, column 3: expected YAML, found a fault in it (the key 'tobacco' twice)",
    ),
    (
        "yangxi.yaml",
        "id: yangxi",
        "id: [yangxi",
        "yangxi.yaml: line 5, column 5: expected YAML, found a fault in it (did not find",
    ),
    (
        "yangxi.yaml",
        "id: yangxi",
        "common: {}\nid: yangxi",
        "yangxi.yaml: common: expected no such key here, found 'common'",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "sentence"), FAULTS, ids=[row[2].strip()[:40] for row in FAULTS])
def test_a_typo_is_told_in_one_sentence(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    """File, place, what was expected, what was found: whoever edits a plan is no programmer."""
    told = faults(tmp_path, file, old, new)
    assert any(one.startswith(sentence) for one in told), "\n".join(told)
    assert not any("\n" in one for one in told)


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    """Nobody should have to start the program once per typo."""
    for file in COUNTIES.glob("*.yaml"):
        copy(file, tmp_path)
    for name in ("luzhai.yaml", "yangxi.yaml"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        text = text.replace("seat: duty", "seat: dutty").replace("unit: county_gov", "unit: county_goverment")
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load([tmp_path / "luzhai.yaml", tmp_path / "yangxi.yaml"])
    found = {(Path(p.file).name, p.path, p.nearest) for p in caught.value.problems}
    for name in ("luzhai.yaml", "yangxi.yaml"):
        assert {(name, "duty.seat", "duty"), (name, "head.unit", "county_gov")} <= found


def test_two_counties_differ() -> None:
    """The letters go into tip numbers: two counties with the same would mix them up."""
    with pytest.raises(PlanError) as caught:
        load([COUNTIES / "luzhai.yaml", COUNTIES / "luzhai.yaml"])
    assert [problem.path for problem in caught.value.problems] == ["id", "letters"]


def test_files_that_are_no_plan(tmp_path: Path) -> None:
    """Not there, not text, not a mapping, control characters: one sentence, no traceback."""
    common = load_common(COUNTIES / "common.yaml")
    cases = {
        "none.yaml": (None, "a file that can be read"),
        "bytes.yaml": (b"\xff\xfe\x00", "text in UTF-8"),
        "list.yaml": (b"- 1\n", "a valid dictionary or instance of Plan"),
        "empty.yaml": (b"", "a valid dictionary or instance of Plan"),
        "control.yaml": (b"id: \x07\n", "YAML"),
    }
    for name, (content, expected) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(PlanError) as caught:
            load_plan(tmp_path / name, common)
        assert [problem.expected for problem in caught.value.problems] == [expected]


def test_later_sections_have_room(tmp_path: Path) -> None:
    """rewards belong to a later issue and are let through."""
    for file in COUNTIES.glob("*.yaml"):
        copy(file, tmp_path)
    with (tmp_path / "luzhai.yaml").open("a", encoding="utf-8") as file:
        file.write("rewards: {paid: {n: 3}}\n")
    assert load([tmp_path / "luzhai.yaml"])["luzhai"].rewards == {"paid": {"n": 3}}


def test_a_county_overrides_the_common_clocks(tmp_path: Path) -> None:
    """What is `default` is for the county to confirm or change, in its own file."""
    for file in COUNTIES.glob("*.yaml"):
        copy(file, tmp_path)
    with (tmp_path / "luzhai.yaml").open("a", encoding="utf-8") as file:
        file.write("clocks:\n  decide.police:\n    name: {zh: 核查, en: Checking}\n")
        file.write("    n: 10\n    unit: workday\n    since: dispatched\n    origin: default\n")
    plan = load([tmp_path / "luzhai.yaml"])["luzhai"]
    assert plan.clock("decide", "police").n == 10
    assert (plan.clock("decide", "tobacco").n, plan.clock("decide", "forestry").n) == (7, 15)


# county, what a person types, the unit
NAMES = [
    ("luzhai", "烟草局", "tobacco"),
    ("luzhai", "县烟草专卖局", "tobacco"),
    ("luzhai", "鹿寨县烟草专卖局", "tobacco"),
    ("luzhai", " 烟草 专卖局 ", "tobacco"),
    ("luzhai", "tobacco", "tobacco"),
    ("luzhai", "county tobacco bureau", "tobacco"),
    ("luzhai", "Ｔｏｂａｃｃｏ Ｂｕｒｅａｕ", "tobacco"),
    ("luzhai", "派出所", "police_stations"),
    ("luzhai", "公安局", "police"),
    ("luzhai", "打私办", "anti_smuggling_office"),
    ("luzhai", "县", None),
    ("luzhai", "", None),
    ("luzhai", "气象局", None),
    ("yangxi", "市场监管局", "market"),  # today's name beside the plan's
    ("yangxi", "县工商局", "market"),
    ("yangxi", "边防大队", "border_police"),
]


@pytest.mark.parametrize(("county", "typed", "unit"), NAMES)
def test_units_are_found_by_what_people_call_them(
    plans: dict[str, Plan], county: str, typed: str, unit: str | None
) -> None:
    """Names in the plans are older than those in use (YX units after the reform of 2018)."""
    found = plans[county].unit_named(typed)
    assert (found.id if found else None) == unit


def test_what_the_plans_say(luzhai: Plan, yangxi: Plan) -> None:
    """The points on which everything else stands."""
    assert (luzhai.letters, luzhai.issue_date and luzhai.issue_date.isoformat()) == ("LZ", "2022-03-03")  # LZ-0f
    assert (yangxi.letters, yangxi.issue_date) == ("YX", None)
    assert len(luzhai.goods) == 14  # LZ-1b: 12 kinds and others; LZ-4.6b: grain
    assert (yangxi.intake.unit, yangxi.intake.other) == ("tobacco", "anti_counterfeit_office")
    assert yangxi.intake.viewers == ("anti_counterfeit_office", "anti_smuggling_office")  # YX-3.1b
    assert (luzhai.intake.unit, luzhai.sealed.passes_to) == ("hq_office", "discipline")  # LZ-2h, LZ-4.8f
    assert luzhai.seat_exists("hq_office", "intake")
    assert not luzhai.seat_exists("townships", "liaison")  # a group
    assert not luzhai.seat_exists("liuzhou_customs", "liaison")  # outside
    assert not yangxi.seat_exists("border_police", "liaison")  # abolished
    assert {"liaison", "leader"} == {seat.id for seat in luzhai.seats_of("justice")}
    for plan in (luzhai, yangxi):
        numbers = {line.number for line in plan.hotlines.values()}
        assert {"110", "12313", "12345", "12360", None} <= numbers
        assert plan.outside.number == "12388"
        assert all(plan.hotlines[one.hotline].number for one in plan.elsewhere.values())


def test_the_county_is_told_what_it_must_fill_in(luzhai: Plan, yangxi: Plan) -> None:
    """Numbers, towns and dates the plans leave open are asked for by name, and are no reason not to start."""
    both = ["duties", "hotlines.county_tips.number", "units"]
    assert [one.split(":")[0] for one in luzhai.unfilled()] == ["goes_live", *both]
    assert [one.split(":")[0] for one in yangxi.unfilled()] == ["goes_live", "issue_date", *both]
    assert not any(one.startswith("units") for one in luzhai.with_demo_towns().unfilled())


def test_demo_towns_stay_in_the_demo(luzhai: Plan) -> None:
    """Neither plan lists its towns; made-up ones never get into a real county."""
    demo = luzhai.with_demo_towns()
    town = demo.unit_named("乙镇")
    assert town is not None
    assert (town.parent, town.seatable, town.origin) == ("townships", True, Origin.DEFAULT)
    assert luzhai.unit_named("乙镇") is None
    assert demo.kin("townships") == {"townships", "town_1", "town_2", "town_3"}
    assert demo.kin("town_1") == {"town_1"}  # one township does not shut out the others


def test_no_person_is_named(plans: dict[str, Plan]) -> None:
    """Names of officials belong nowhere; posts and units do."""
    for name in plans:
        assert "〔姓名〕" not in (COUNTIES / f"{name}.yaml").read_text(encoding="utf-8")


def test_words_in_two_languages() -> None:
    """Chinese unless English is asked for; neither may be left out."""
    words = Text("举报", "tip")
    assert [words.in_(language) for language in ("zh", "en", "en-GB", "fr")] == ["举报", "tip", "tip", "举报"]
    with pytest.raises(ValueError, match="zh is empty"):
        Text(" ", "tip")
