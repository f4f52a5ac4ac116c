"""What stands in people's chats on platforms that push, and may still be changed there: buttons of an answered question
are taken off, a password is erased, what is over is not offered any more.

A row holds numbers of messages and conversations, nobody's words, no account, and of a citizen's conversation no moment
finer than the hour: by that it could be told which tip came from it. What is wanted of a message is written in the commit
that makes it so, and done by the sender when replies leave it time. Kept for 7 days, older cards lie far above in the chat;
what told staff about a tip is kept until that tip is forgotten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, or_, select, update

from storage.among import among
from storage.database import Tx, now_ms, random_id
from storage.models import chats, outbox, said
from storage.sealed import Unsealable

HOUR_MS = 3600 * 1000
KEEP_MS = 7 * 24 * HOUR_MS
LEASE_MS = 60_000
GIVE_UP = 8  # tries that counted: decoration is not worth more


@dataclass(frozen=True)
class Card:
    """What is known of a message that was sent, and what is wanted of it at once. `exact`: its moment may be kept."""

    name: str | None = None
    about: tuple[int, ...] = ()
    prompt: int = -1
    buttons: bool = False
    want: str = ""
    exact: bool = False


@dataclass(frozen=True)
class Wanted:
    """A message that is to lose its buttons (`plain`), or to go (`erase`)."""

    id: int
    lane: int
    ext_id: str
    want: str
    attempts: int
    address: str


def keep(tx: Tx, channel: str, lane: int, ext_ids: Sequence[str], how: Card) -> None:
    """One message, in as many pieces as it took; buttons are on the last."""
    about, at = "".join(f",{tip}" for tip in how.about), now_ms()
    common = {"channel": channel, "lane": lane, "name": how.name, "about": about and f"{about},"}
    common |= {"prompt": how.prompt, "at_ms": at if how.exact else at - at % HOUR_MS}
    for ext_id in ext_ids:
        last = how.buttons and ext_id == ext_ids[-1]
        want = how.want if last or how.want == "erase" else ""
        tx.add(said, common | {"id": random_id(), "ext_id": ext_id, "buttons": last, "want": want})


_ANSWERED = (
    update(said)
    .where(said.c.lane == bindparam("whose"), said.c.prompt >= 0, said.c.prompt < bindparam("latest"))
    .where(said.c.buttons, said.c.want == "")
    .values(want="plain")
)


def answered(tx: Tx, prompts: Sequence[tuple[int, int]]) -> None:
    """Conversations in which a later question stands now: those before it are closed, and show it."""
    if prompts:
        tx.execute(_ANSWERED, [{"whose": lane, "latest": prompt} for lane, prompt in prompts])


def over(tx: Tx, name: str) -> None:
    """Pushes whose names begin so offer something that is over. What waits to be sent is said without buttons."""
    named = said.c.name.startswith(name, autoescape=True)
    _touch(
        tx,
        tx.execute(
            update(said).where(named, said.c.buttons, said.c.want == "").values(want="plain").returning(said.c.lane)
        ).scalars(),
    )
    tx.execute(update(outbox).where(outbox.c.once.startswith(name, autoescape=True)).values(stale=True))


def latest_push(tx: Tx, lane: int) -> str:
    """The name of what was last said there without having been asked for; empty where none is known."""
    pushes = select(said.c.name).where(said.c.lane == lane, said.c.prompt < 0, said.c.name > "", said.c.want != "erase")
    return str(tx.execute(pushes.order_by(said.c.at_ms.desc()).limit(1)).scalar() or "")


def replace(tx: Tx, lane: int, name: str) -> None:
    """What is about to be said there takes the place of the pushes whose names begin so: they go from the chat."""
    named = said.c.name.startswith(name, autoescape=True)
    tx.execute(update(said).where(said.c.lane == lane, named).values(want="erase"))


def erase(tx: Tx, lane: int, name: str) -> None:
    """A marked message, and what belongs to it (its name goes on after a colon)."""
    of_it = or_(said.c.name == name, said.c.name.startswith(f"{name}:", autoescape=True))
    _touch(
        tx,
        tx.execute(
            update(said).where(said.c.lane == lane, of_it).values(want="erase").returning(said.c.lane)
        ).scalars(),
    )


def erase_named(tx: Tx, begins: str) -> None:
    """Pushes whose names begin so leave every chat."""
    named = said.c.name.startswith(begins, autoescape=True)
    _touch(tx, tx.execute(update(said).where(named).values(want="erase").returning(said.c.lane)).scalars())


def erase_about(tx: Tx, tip: int, names: Iterable[str], persons: Iterable[int], *, pushes: bool) -> None:
    """What told these members of staff about this tip, or this matter, leaves their chats. `names`: how those of pushes begin."""
    theirs = select(chats.c.id).where(among(chats.c.person, "persons"))
    named = [said.c.name.startswith(one, autoescape=True) for one in names]
    told = or_(*named, said.c.about.contains(f",{tip},"))
    if not pushes:
        told = and_(told, said.c.prompt >= 0)
    erased = update(said).where(told, said.c.lane.in_(theirs)).values(want="erase").returning(said.c.lane)
    _touch(tx, tx.execute(erased, {"persons": list(persons)}).scalars())


def erase_of(tx: Tx, tip: int) -> None:
    """What told anybody about this tip leaves their chats: it is forgotten here, and there."""
    told = said.c.about.contains(f",{tip},")
    _touch(tx, tx.execute(update(said).where(told).values(want="erase", about="").returning(said.c.lane)).scalars())


def erase_told(tx: Tx, lane: int) -> None:
    """What told a member of staff about tips leaves this chat: who is of the staff no longer keeps nothing of it."""
    told = (said.c.lane == lane, said.c.about != "")
    _touch(tx, tx.execute(update(said).where(*told).values(want="erase").returning(said.c.lane)).scalars())


def _touch(tx: Tx, lanes: Iterable[int]) -> None:
    tx.touched.update(lanes)


_WANTED = (
    select(said, chats.c.sealed_address)
    .join(chats, chats.c.id == said.c.lane)
    .where(said.c.channel == bindparam("door"), said.c.want > "", said.c.claimed_ms < bindparam("at"))
    .where(chats.c.sealed_address.is_not(None))
    .order_by(said.c.want, said.c.id)  # erase comes before plain
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=said)
)
_LEASE = update(said).where(among(said.c.id, "ids")).values(claimed_ms=bindparam("until"), attempts=said.c.attempts + 1)


def claim(tx: Tx, channel: str, limit: int) -> list[Wanted]:
    at = now_ms()
    rows = tx.execute(_WANTED, {"door": channel, "at": at, "most": limit}).all()
    if rows:
        tx.execute(_LEASE, {"ids": [row.id for row in rows], "until": at + LEASE_MS})
    found = ((row, way(tx, row.sealed_address)) for row in rows)
    return [
        Wanted(row.id, row.lane, row.ext_id, row.want, row.attempts + 1, address) for row, address in found if address
    ]


def way(tx: Tx, sealed: bytes | None) -> str:
    """A conversation's address; empty where there is none, or its key is gone."""
    try:
        return tx.keys.open_("transit", sealed).decode() if sealed else ""
    except Unsealable:
        return ""


def renamed(tx: Tx, lane: int, begins: str, ext_id: str) -> None:
    """What stands there under an id that begins so is changed by this one from now on: a press brought it."""
    stands = (said.c.lane == lane, said.c.ext_id.startswith(begins, autoescape=True))
    tx.execute(update(said).where(*stands).values(ext_id=ext_id))


def done(tx: Tx, one: Wanted, *, counts: bool = False) -> None:
    """An erased message is forgotten, but for its moment where the platform has counted it; one that lost its buttons may still
    have to be erased."""
    if one.want == "erase" and counts:
        nothing = {"ext_id": "", "name": None, "about": "", "prompt": -1, "buttons": False, "want": "", "claimed_ms": 0}
        tx.execute(update(said).where(said.c.id == one.id).values(nothing))
        return
    if one.want == "erase":
        tx.execute(delete(said).where(said.c.id == one.id))
        return
    bare = {"buttons": False, "want": "", "claimed_ms": 0, "attempts": 0}
    tx.execute(update(said).where(said.c.id == one.id, said.c.want == "plain").values(bare))
    tx.execute(update(said).where(said.c.id == one.id, said.c.want == "erase").values(claimed_ms=0))


def stays(tx: Tx, one: Wanted) -> None:
    """It can't be taken out: that it stands there is known on."""
    tx.execute(update(said).where(said.c.id == one.id).values(want="", claimed_ms=0, attempts=0))


def later(tx: Tx, one: Wanted, after_ms: int, *, costs: bool) -> None:
    attempts = one.attempts if costs else one.attempts - 1
    again = {"claimed_ms": now_ms() + after_ms, "attempts": attempts}
    tx.execute(update(said).where(said.c.id == one.id).values(again))


def drop_lane(tx: Tx, lane: int) -> None:
    tx.execute(delete(said).where(said.c.lane == lane))


def sweep(tx: Tx) -> None:
    """What is still to be erased is not forgotten before it is."""
    tx.execute(delete(said).where(said.c.at_ms < now_ms() - KEEP_MS, said.c.about == "", said.c.want != "erase"))
