"""A notice that holds no longer: its clocks end or wait, and who has read it hears of that once."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row

from handlers.desk import buttons
from handlers.forms import Choice
from handlers.notices import asking_again
from handlers.notices.scene import Scene
from rules import escalation
from rules.deadlines import due
from rules.escalation import Ladder
from rules.notices import Notice
from rules.terms import SeatRef
from storage import broadcasts, duties, notice_ends, notices, pauses, pushes
from storage.notices import NOTICE
from storage.pushes import Push

# -- clocks --------------------------------------------------------------------------------------------------------------


def hold(scene: Scene, number: int, persons: Collection[int]) -> None:
    """Nobody is asked for what they have not been given."""
    for clock in notice_ends.open_clocks(scene.tx, number):
        if clock.person in persons:
            duties.change(scene.tx, clock.id, look_at=None)


def held(scene: Scene, row: Row[Any]) -> None:
    """Whoever wrote it hears on the day by which something is wanted, and not before the next working day, that it is held still."""
    plan, notice = scene.plan, notices.read(scene.tx, row)
    soon = due(plan.clock(NOTICE, notice.office), scene.now, plan.calendar, plan.tz)
    until = max(soon, asking_again.due_of(scene, notice), key=lambda one: one.at)
    pauses.begin(scene.tx, plan, row.id, SeatRef(notice.office, "coordinator"), row.made_by, scene.now, until)


def let_run(scene: Scene, notice: Notice) -> None:
    """Those that were held begin anew from now; one that has climbed its ladder to the end has nothing to begin."""
    plan, until = scene.plan, asking_again.due_of(scene, notice)
    pauses.over(scene.tx, notice.number)
    for clock in notice_ends.open_clocks(scene.tx, notice.number):
        ladder = Ladder.loads(clock.ladder)
        if clock.look_at is None and clock.step < len(ladder.steps):
            look_at = escalation.first(ladder, scene.now, until.at, plan.calendar, plan.tz, plan.quiet)
            duties.change(scene.tx, clock.id, look_at=look_at, opened_at=scene.now, due_at=until.at)


def stop(scene: Scene, number: int, how: str, persons: Collection[int] | None = None) -> None:
    """None: everybody's."""
    found = notice_ends.open_clocks(scene.tx, number)
    mine = (one for one in found if persons is None or one.person in persons)
    notice_ends.end_clocks(scene.tx, mine, scene.now, how)


def gone(scene: Scene, number: int, how: str) -> None:
    """Taken back or replaced: nobody is asked any more, and what stands of it in chats goes from them."""
    broadcasts.recall(scene.tx, number)
    pauses.over(scene.tx, number)
    stop(scene, number, how)
    notice_ends.take_out(scene.tx, number)


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
