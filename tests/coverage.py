"""docs/coverage.md: what has become of each regime and each clause of both plans. Made anew by `python -m tests.coverage`.

From tests/coverage.yaml, counties/*.yaml and the marks of the stories (tests/stories/drives.py). Nothing is called driven here
whose three stories do not stand in the tests.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import yaml

from rules.clauses import Clause
from rules.county import Plan, load
from tests.stories.drives import Shows

ROOT = Path(__file__).parents[1]
PAGE, DATA = ROOT / "docs" / "coverage.md", Path(__file__).with_name("coverage.yaml")
COUNTIES = ("yangxi", "luzhai")
State = Literal["driven", "reminded", "recorded", "shown", "later", "heading"]
PROOFS: tuple[Shows, ...] = get_args(Shows)


# -- what the stories say --------------------------------------------------------------------------------------------------


class Mark(NamedTuple):
    county: str  # its letters
    regime: str
    shows: str
    clauses: tuple[str, ...]
    story: str


def marks(folder: Path = ROOT / "tests") -> tuple[Mark, ...]:
    """As they stand in the tests; a story that is left out or expected to fail proves nothing."""
    found: list[Mark] = []
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text("utf-8")
        body = ast.parse(text).body if "drives" in text else []
        stories = (one for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
        for story in stories:
            if story.name.startswith("test_") and not _left_out(story):
                found += _marks(story, f"{path.stem}::{story.name}")
    return tuple(found)


def _left_out(story: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(word in ast.unparse(one) for one in story.decorator_list for word in ("skip", "xfail"))


def _marks(story: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> Iterator[Mark]:
    for one in story.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "drives":
            regime, *shows = (ast.literal_eval(argument) for argument in one.args)
            clauses = next(ast.literal_eval(word.value) for word in one.keywords if word.arg == "clauses")
            yield from (Mark(clauses[0].partition("-")[0], regime, each, clauses, name) for each in shows)


# -- what has become of a regime, and of a clause ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Regime:
    id: str
    name: str
    clauses: tuple[str, ...]
    matters: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    tips: bool = False
    published: bool = False
    later: str = ""

    @property
    def by(self) -> str:
        named = (("regime", self.matters), ("duty", self.duties), ("meeting", self.meetings))
        told = [f"{kind} `{one}`" for kind, keys in named for one in keys]
        return ", ".join([*(["tips"] if self.tips else []), *(["bulletins"] if self.published else []), *told])


@dataclass(frozen=True)
class Row:
    state: State
    by: str = ""
    missing: str = ""
    later: str = ""


@dataclass(frozen=True)
class Coverage:
    """Of one county."""

    plan: Plan
    raw: dict[str, Any]
    marks: tuple[Mark, ...]
    areas: dict[str, str] = field(default_factory=dict)

    @cached_property
    def plans_own(self) -> tuple[Regime, ...]:
        return _regimes(self.raw["regimes"])

    @cached_property
    def beside(self) -> tuple[Regime, ...]:
        return _regimes(self.raw.get("beside", {}))

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        return (*self.plans_own, *self.beside)

    def covered(self, one: Regime) -> set[str]:
        """Its clauses, and what the county's file gives to what carries it."""
        ways = (way for key in one.matters if key in self.plan.regimes for way in _ways(self.plan, key))
        return {*one.clauses, *(key for way in ways for key in way)}

    def stories(self, regime: str, shows: str) -> list[str]:
        return [one.story for one in self.marks if one.regime == regime and one.shows == shows]

    def missing(self, regime: Regime) -> list[str]:
        return [one for one in PROOFS if not self.stories(regime.id, one)]

    def driven(self, regime: Regime) -> bool:
        return bool(regime.by) and not self.missing(regime)

    def of_regime(self, one: Regime) -> Row:
        if self.driven(one):
            return Row("driven", one.by, "", one.later)
        begun = any(self.stories(one.id, proof) for proof in PROOFS)
        carried = one.matters or one.tips or one.published
        missing = f"no story: {', '.join(self.missing(one))}" if begun or carried else ""
        if one.duties:
            return Row("reminded", one.by, missing, one.later)
        return Row("recorded", one.by, missing, one.later) if one.by else Row("later", "", "", one.later)

    def of_clause(self, one: Clause) -> Row:
        """Driven before reminded before recorded: what is done for it here, and what is left."""
        left = next((area for area, keys in self.raw["later"].items() if one.id in keys), "")
        theirs = [regime for regime in self.regimes if one.id in self.covered(regime)]
        if done := [regime for regime in theirs if self.driven(regime) and self._named(regime, one.id)]:
            return Row("driven", ", ".join(regime.id for regime in done), "", left)
        owed = {key: None for key, duty in self.plan.duties.items() if duty.clause == one.id and duty.every != "event"}
        if not left:
            owed |= dict.fromkeys(key for regime in theirs if one.id in regime.clauses for key in regime.duties)
        if owed:
            return Row("reminded", ", ".join(f"duty `{key}`" for key in owed), "", left)
        if word := self.raw.get("reminded", {}).get(one.id):
            return Row("reminded", word, "", left)
        if word := self.raw.get("recorded", {}).get(one.id):
            return Row("recorded", word, "", left)
        return self._kept(one, theirs, left)

    def _kept(self, one: Clause, theirs: list[Regime], left: str) -> Row:
        names = [key for key in self.plan.regimes if any(one.id in way for way in _ways(self.plan, key))]
        if names and not left:
            missing = sorted({proof for regime in theirs for proof in self.missing(regime)}, key=PROOFS.index)
            told = f"no story: {', '.join(missing)}" if missing else "no story names it"
            return Row("recorded", "事项: " + ", ".join(f"regime `{key}`" for key in names), told)
        if one.heading:
            return Row("heading", "方案")
        if left:
            return Row("later", self._meanwhile(one), "", left)
        return Row("shown", self._meanwhile(one))

    def _named(self, regime: Regime, clause: str) -> bool:
        return any(one.regime == regime.id and clause in one.clauses for one in self.marks)

    def _meanwhile(self, one: Clause) -> str:
        tasks = [key for key, task in self.plan.tasks.items() if any(item.clause == one.id for item in task.items)]
        return "条款" + "".join(f", 我的职责 (`{key}`)" for key in tasks)

    # -- what is amiss in the data -----------------------------------------------------------------------------------------

    def faults(self) -> Iterator[str]:
        """What keeps the page from being true."""
        ids = {one.id for one in self.regimes}
        for mark in self.marks:
            if mark.regime not in ids or mark.shows not in PROOFS:
                yield f"{mark.story}: no regime {mark.regime} of {self.plan.id}, or none of {', '.join(PROOFS)}"
            else:
                regime = next(one for one in self.regimes if one.id == mark.regime)
                yield from (
                    f"{mark.story}: {key} is no clause of {regime.id}"
                    for key in set(mark.clauses) - self.covered(regime)
                )
        for one in self.regimes:
            yield from (f"{one.id}: no regime {key}" for key in one.matters if key not in self.plan.regimes)
            yield from (f"{one.id}: no duty {key}" for key in one.duties if key not in self.plan.duties)
            yield from (f"{one.id}: no meeting {key}" for key in one.meetings if key not in self.plan.meetings)
            yield from (f"{one.id}: no clause {key}" for key in one.clauses if key not in self.plan.clauses)
            if not one.by and not one.later:
                yield f"{one.id}: neither carried by anything nor later"
        carried = {key for one in self.regimes for key in one.matters}
        yield from (
            f"{key}: a regime of the county's file that no line of the data carries"
            for key in set(self.plan.regimes) - carried
        )
        yield from self._unsorted()

    def _unsorted(self) -> Iterator[str]:
        later = [key for keys in self.raw["later"].values() for key in keys]
        yield from (f"later: {key} twice" for key, n in Counter(later).items() if n > 1)
        yield from (f"later: no clause {key}" for key in set(later) - set(self.plan.clauses))
        for one in self.plan.clauses.values():
            if self.of_clause(one).state == "shown" and not set(one.does) <= {"show", "none"}:
                yield f"{one.id}: the plan wants it to {' and '.join(one.does)}; nothing does, so say under `later` what will"


def _ways(plan: Plan, regime: str) -> list[tuple[str, ...]]:
    """The clauses of a regime of the county's file, and of each of its doors."""
    one = plan.regimes[regime]
    return [one.clauses, *(way.clauses for way in one.ways)]


def _regimes(raw: dict[str, Any]) -> tuple[Regime, ...]:
    lists = ("clauses", "matters", "duties", "meetings")
    return tuple(
        Regime(id=key, **{name: tuple(one) if name in lists else one for name, one in value.items()})
        for key, value in raw.items()
    )


def coverage() -> tuple[Coverage, ...]:
    raw, found = yaml.safe_load(DATA.read_text("utf-8")), marks()
    plans = load(ROOT / "counties" / f"{county}.yaml" for county in COUNTIES)
    return tuple(
        Coverage(plan, raw[key], tuple(one for one in found if one.county == plan.letters), raw["areas"])
        for key, plan in plans.items()
    )


# -- the page --------------------------------------------------------------------------------------------------------------

HEAD = """# What has become of each regime and each clause

Made by `python -m tests.coverage` from `counties/`, `tests/coverage.yaml` and the marks of the stories; a test is red when it is
stale. Do not edit it.

- **driven**: passing stories name the clause, use the regime's own form, run its late case and show a forbidden role refused.
- **reminded**: a duty of the plan opens by itself, climbs its ladder, and its answer is kept.
- **recorded**: 事项 (matters), 举报 (tips), 发通知 (notices) or 公开信息 (bulletins) begins it and keeps its course; what keeps it from being called driven stands beside it.
- **shown**: 条款 and its id shows it word for word, and nothing more is asked by it.
- **later**: another issue's work; nothing is built by half. Where something else is named in its row, that much is there now.
- **heading**: a heading of the plan; 方案 lists it.

*Wanted* is what the analysis of the plans asks of this platform; † marks what a program can only remind of and record."""


def page(counties: Iterable[Coverage]) -> str:
    parts = [HEAD]
    for one in counties:
        parts += [
            f"## {one.plan.name.en} ({one.plan.name.zh})",
            *_sums(one),
            *_table_of_regimes(one),
            *_table_of_clauses(one),
        ]
    areas = next(iter(counties)).areas if isinstance(counties, tuple) else {}
    parts += ["## Later", "\n".join(f"- **{key}**: {words}" for key, words in areas.items())]
    return "\n\n".join(parts) + "\n"


def _sums(one: Coverage) -> Iterator[str]:
    regimes = Counter(one.of_regime(regime).state for regime in one.plans_own)
    clauses = Counter(one.of_clause(clause).state for clause in one.plan.clauses.values())
    order = [state for state in get_args(State) if regimes[state] + clauses[state]]
    rows = [(state, str(regimes[state]), str(clauses[state])) for state in order]
    yield _table(("", "regimes", "clauses"), [*rows, ("", str(sum(regimes.values())), str(sum(clauses.values())))])
    open_ = [key for key in one.raw["named"] if not any(two.id == key and one.driven(two) for two in one.regimes)]
    yield (
        f"Named by issue 6 and not yet driven: {', '.join(f'`{key}`' for key in open_)}."
        if open_
        else "Every regime that issue 6 names is driven."
    )


def _table_of_regimes(one: Coverage) -> Iterator[str]:
    yield "### Regimes"
    rows = []
    for regime in one.regimes:
        row = one.of_regime(regime)
        proofs = "; ".join(
            f"{proof}: {', '.join(f'`{two}`' for two in one.stories(regime.id, proof))}"
            for proof in PROOFS
            if one.stories(regime.id, proof)
        )
        beside = " (beside the plan's own list)" if regime in one.beside else ""
        rows.append(
            (
                f"`{regime.id}` {regime.name}{beside}",
                ", ".join(regime.clauses),
                _strong(row.state),
                row.by,
                "; ".join(filter(None, (proofs, row.missing))),
                row.later,
            )
        )
    yield _table(("regime", "clauses", "state", "by", "stories", "later"), rows)


def _table_of_clauses(one: Coverage) -> Iterator[str]:
    yield "### Clauses"
    rows = []
    for clause in one.plan.clauses.values():
        row = one.of_clause(clause)
        wanted = " + ".join(clause.does) + (" †" if clause.only_recorded else "")
        begins = clause.text[:16] + ("…" if len(clause.text) > 16 else "")
        rows.append(
            (clause.id, begins, wanted, _strong(row.state), "; ".join(filter(None, (row.by, row.missing))), row.later)
        )
    yield _table(("clause", "begins", "wanted", "state", "by", "later"), rows)


def _strong(state: State) -> str:
    return f"**{state}**" if state == "driven" else state


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(coverage()), encoding="utf-8")
