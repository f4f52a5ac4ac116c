"""How a notice goes, at its sender's word or when its time has come: whoever sits there at that moment is who it is for. A receipt
for each reader, a push to their conversations, where something is wanted a clock for each, and a pointer in the office's groups,
in one commit."""

from datetime import datetime

from handlers.notices import asking_again, audience, correcting
from handlers.notices.audience import Reach
from handlers.notices.scene import Scene
from rules.notices import MOVES, Notice, Whom
from storage import audit, groups, notices


def make(scene: Scene, notice: Notice, whom: Whom, person: int, send_at: datetime | None = None) -> bool:
    """Written down, and nothing more: `go` sends it, or the clock, or first a second person's word is waited for. False: it was
    made before."""
    _, status = MOVES[scene.plan.notice_categories[notice.category].begins]
    return notices.make(scene.tx, scene.plan.id, notice, whom, person, scene.now, status, send_at)


def rewrite(  # noqa: PLR0913  # as `make`, and of what
    scene: Scene, notice: Notice, whom: Whom, person: int, seen: datetime | None, send_at: datetime | None = None
) -> bool:
    """In other words than those `seen`, and with that as if nobody had approved it. False: it has gone meanwhile, was given up, or
    somebody else has changed it."""
    begins = scene.plan.notice_categories[notice.category].begins
    return notices.rewrite(scene.tx, notice, whom, person, scene.now, begins, seen, send_at)


def go(scene: Scene, number: int, seen: datetime | None = None) -> Reach | None:
    """None: it has gone already, was cancelled, waits for a second person, or is not any more as it was `seen`."""
    row = notices.move(scene.tx, number, "go", seen, sent_at=scene.now)
    if row is None:
        return None
    notice, found = notices.read(scene.tx, row), audience.of(scene, notices.whom(row), row.made_by)
    for one in found.readers:
        notices.address(scene.tx, number, one.unit, one.seat, one.person)
    asking_again.begin(scene, notice, found.readers)
    correcting.take_place(scene, notice, found)
    asking_again.tell(scene, notice, found.persons)
    groups.point(scene.tx, scene.plan.id, notice.office, "meeting" if notice.want == "attend" else "notice")
    detail = f"{notice.office} {len(found.persons)}"
    audit.record(scene.tx, scene.now, scene.plan.id, "notice sent", str(number), row.made_by, detail)
    return found
