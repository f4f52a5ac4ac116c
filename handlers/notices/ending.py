"""A notice that holds no longer: its clocks end or wait, and who has read it hears of that once."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row

from handlers.desk import buttons
from handlers.forms import Choice
from handlers.notices import asking_again
from handlers.notices.scene import Scene
from rules import escalation
from rules.escalation import Ladder
from rules.notices import Notice
from storage import duties, notice_ends, notices, pushes
from storage.pushes import Push

# -- clocks --------------------------------------------------------------------------------------------------------------


def hold(scene: Scene, number: int, persons: Collection[int]) -> None:
    """Nobody is asked for what they have not been given."""
    for clock in notice_ends.open_clocks(scene.tx, number):
        if clock.person in persons:
            duties.change(scene.tx, clock.id, look_at=None)


def let_run(scene: Scene, notice: Notice) -> None:
    """Those that were held begin anew from now; one that has climbed its ladder to the end has nothing to begin."""
    plan, due = scene.plan, asking_again.due_of(scene, notice)
    for clock in notice_ends.open_clocks(scene.tx, notice.number):
        ladder = Ladder.loads(clock.ladder)
        if clock.look_at is None and clock.step < len(ladder.steps):
            look_at = escalation.first(ladder, scene.now, due.at, plan.calendar, plan.tz, plan.quiet)
            duties.change(scene.tx, clock.id, look_at=look_at, opened_at=scene.now, due_at=due.at)


def stop(scene: Scene, number: int, how: str, persons: Collection[int] | None = None) -> None:
    """None: everybody's."""
    found = notice_ends.open_clocks(scene.tx, number)
    mine = (one for one in found if persons is None or one.person in persons)
    notice_ends.end_clocks(scene.tx, mine, scene.now, how)


# -- whoever knows it ----------------------------------------------------------------------------------------------------


def readers(scene: Scene, number: int) -> set[int]:
    rows = notices.receipts(scene.tx, number)
    return {one.person for one in rows if notices.standing(one).standing != "unread"}


def tell(scene: Scene, row: Row[Any], block: str, persons: Collection[int]) -> None:
    """Its title, and what is more on its card: no chat shows more than that."""
    about = {"title": notices.read(scene.tx, row).title, "office": row.office}
    options = buttons((Choice(f"go.notice.{row.id}"),))
    push = Push(scene.plan.id, f"reminders:{block}", about, options, f"{block}:{row.id}", owes=1, calm=True)
    pushes.to_people(scene.tx, sorted(persons), push)
