"""The only thing that speaks to a group: by its webhook (消息推送, formerly 群机器人; path/99110), which hears nothing and whose key is
all that anybody needs. So the key stands in no address, name or message of ours.

A webhook takes 20 messages a minute: `TERMS` stays below, what has to wait waits, and what waits for one group is said as one.
Nothing that was said there can be taken out again.
"""

from bot.channels.base import Can, Door, Outgoing, Sent, degraded
from bot.channels.wecom import cards
from bot.channels.wecom.api import Api, Refused, Unreachable, became
from handlers.desk import NOTHING
from storage.parcels import Terms

MINUTE = 60_000
TERMS = Terms(merge_from=2, buckets=((18, MINUTE),), erases=False)
SEND = "webhook/send"


class GroupMouth:
    def __init__(self, door: Door, key: str, api: Api) -> None:
        self.name, self._key, self.api = door.name, key, api
        self.can = Can(cards.TEXT, "bytes", erase=False, pull=False, disclosure=NOTHING, terms=TERMS)

    async def close(self) -> None:
        await self.api.close()

    async def send(self, message: Outgoing) -> Sent:
        """No id comes back; that something went is known by the row's number, so that it is counted."""
        parts = self._parts(message)
        ids: list[str] = []
        try:
            for number, one in enumerate(parts[message.gone :], message.gone):
                await self.api.keyed(SEND, {"msgtype": "text", "text": {"content": one}}, self._key)
                ids.append(f"{message.key}-{number}")
        except (Refused, Unreachable) as fault:
            return became(fault, tuple(ids), len(ids))
        return Sent("ok", ext_ids=tuple(ids), parts=len(ids))

    def _parts(self, message: Outgoing) -> list[str]:
        """Nothing can be pressed there, and no file shown: what is told there is where to look."""
        if message.choices or message.files:
            degraded[self.name, "only words"] += 1
        return cards.texts(message.text) or ["…"]

    async def plain(self, address: str, ext_id: str) -> Sent:
        return Sent("ok")

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        return Sent("ok")
