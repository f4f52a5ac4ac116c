"""A correction is written as a notice of its own, from the words and the audience of the one that it corrects. When it goes it takes
that one's place: who has read only the old one has to read the new."""

from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk, Outcome
from handlers.notices import draft, ending
from handlers.notices.audience import Reach
from handlers.notices.scene import Scene
from rules.notices import Notice
from storage import audit, notices


def opened(desk: Desk, row: Row[Any]) -> Outcome:
    """It goes as soon as it may, whenever the old one went."""
    said = {name: one for name, one in draft.answers_of(desk, row).items() if name != "at"}
    return Outcome(next=("notices/compose", said | {"_replaces": row.id}))


def take_place(scene: Scene, notice: Notice, found: Reach) -> None:
    """Of the notice that it corrects, if that still stands. The old one goes from the chats; who had read it and is not among the
    readers of the new one hears that it holds no longer."""
    old = notices.move(scene.tx, notice.replaces, "replace", ended_at=scene.now) if notice.replaces else None
    if old is None:
        return
    ending.gone(scene, old.id, "replaced")
    left = ending.readers(scene, old.id) - set(found.persons)
    ending.tell(scene, old, "notice_replaced", left)
    audit.record(scene.tx, scene.now, scene.plan.id, "notice replaced", str(old.id), None, str(notice.number))
