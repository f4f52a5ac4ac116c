"""Who does what by the plans: the ten tasks, the eighteen entries."""

import re

import pytest

from rules.county import Plan
from rules.tasks import tasks_of

# fmt: off
TABLE = [  # county, unit, entries it leads, entries it assists with; the clause that says so
    ("yangxi", "tobacco",               [1, 2], [3, 4, 5, 6, 7, 8, 9, 10]),  # YX-2.1c 2.2c; 2.3b 2.4b 2.5b 2.6b 2.7b 2.8b 2.9b 2.10c
    ("yangxi", "market",                [3, 6], [2, 7, 8, 9, 10]),           # YX-2.3b 2.6b; its office of intellectual property is its own
    ("yangxi", "police",                [8, 9], [2, 3, 4, 5, 6, 7, 10]),     # YX-2.9b; the border brigade's task is theirs now (2.8b)
    ("yangxi", "procuratorate",         [10],   []),                         # YX-2.10c
    ("yangxi", "post_company",          [],     [5]),                        # YX-2.5b
    ("yangxi", "county_gov",            [],     []),
    ("luzhai", "anti_smuggling_office", [1],    []),                         # LZ-4.1: one body with two names
    ("luzhai", "police",                [8],    []),                         # LZ-4.8
    ("luzhai", "sinopec",               [18],   []),                         # LZ-4.18, shared
    ("luzhai", "petrochina",            [18],   []),
]
# fmt: on


@pytest.mark.parametrize(("county", "unit", "leads", "assists"), TABLE)
def test_whose_task_it_is(plans: dict[str, Plan], county: str, unit: str, leads: list[int], assists: list[int]) -> None:
    """An abolished unit's tasks are its successor's, each once, and led before assisted."""
    found = tasks_of(plans[county], [unit])
    assert [int(one.task.id.removeprefix("entry_")) for one in found if one.leads] == leads
    assert [int(one.task.id.removeprefix("entry_")) for one in found if not one.leads] == assists
    assert [one.leads for one in found] == sorted((one.leads for one in found), reverse=True)


def test_a_town_has_what_the_plan_gives_to_all_towns(plans: dict[str, Plan]) -> None:
    """各镇人民政府配合 means each of them (YX-2.1c)."""
    plan = plans["yangxi"].with_demo_towns()
    town = next(unit.id for unit in plan.units.values() if unit.parent == "towns")
    assert [one.task.id for one in tasks_of(plan, [town])] == ["entry_1"]


@pytest.mark.parametrize(("county", "entries"), [("yangxi", 10), ("luzhai", 18)])
def test_every_entry_of_the_plan_is_there_once(plans: dict[str, Plan], county: str, entries: int) -> None:
    """Ten tasks (YX-2) and eighteen entries (LZ-4), each sentence with its own clause."""
    tasks = plans[county].tasks
    assert list(tasks) == [f"entry_{n}" for n in range(1, entries + 1)]
    clauses = [item.clause for task in tasks.values() for item in task.items]
    assert len(set(clauses)) == len(clauses)
    assert all(re.fullmatch(rf"{plans[county].letters}-\d+\.\d+[a-h]", clause) for clause in clauses)
