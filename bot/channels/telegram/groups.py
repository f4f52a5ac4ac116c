"""The groups a bot of staff stays in: those an office has bound, and any at all while a code is out that may be said in one.

Everything else is left. Nobody there is answered; of what is said there nothing is kept, and nothing but a code is looked at.
"""

from bot.channels.base import Door
from bot.channels.telegram.ears import InGroup
from bot.doors import House
from handlers.coordinators import groups as bound_by
from handlers.desk import Desk
from storage import audit, chats, delivery, groups
from storage.database import Tx


class Groups:
    def __init__(self, door: Door, house: House) -> None:
        self.door, self.house = door, house

    async def stays(self, one: InGroup) -> bool:
        """Noted, once it returns. Raises `Unavailable`: the platform has to tell it again."""
        return await self.house.database.run(lambda tx: self._noted(tx, one))

    def _noted(self, tx: Tx, one: InGroup) -> bool:
        known = chats.group(tx, self.door.name, str(one.chat))
        lane = known.id if known is not None and groups.of_lane(tx, known.id) else None
        if lane is not None and one.out:
            delivery.lost(tx, lane, self.house.inbox.setting.plans)
        elif lane is not None and one.becomes:
            chats.moved(tx, lane, str(one.becomes))
        elif one.code and not one.out:
            return self._bound(tx, one) or lane is not None
        return lane is not None or groups.expected(tx, self.door.name, self.house.inbox.timepiece.now())

    def _bound(self, tx: Tx, one: InGroup) -> bool:
        """A code is good in the mouth of whoever asked for it, and nobody else's."""
        setting, now = self.house.inbox.setting, self.house.inbox.timepiece.now()
        promise = groups.promised(tx, self.door.name, one.code, now)
        if promise is None:
            audit.tally(tx, now, self.door.county, "group refused", "-")
            return groups.expected(tx, self.door.name, now)
        who = chats.find(tx, self.door.name, one.by) if one.by else None
        if who is None or who.person != promise.made_by:
            bound_by.said_by_another(tx, setting.plans[self.door.county], promise)
            return True
        lane = chats.of_group(tx, self.door.name, str(one.chat), self.door.county, who.language)
        bound = bound_by.bound(Desk(tx, now, setting, who), promise, lane)
        if not bound and not groups.of_lane(tx, lane):
            chats.end(tx, lane)
        return bound
