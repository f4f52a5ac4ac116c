"""WeCom on loopback, strict where the real one is documented to be: a corp with apps and 微信客服, and people.

    async with Simulator.open() as sim:
        corp = sim.corp()
        app = corp.app(agent_id=1000002)
        await app.save(callback_url, token, aes_key)     # fires the GET check; `Unverified` when it fails
        member = corp.member("zhangsan", app)
        await member.says("在吗"); await member.hears("…"); await member.presses("签收")
        kf = corp.kf(app)                                 # its callbacks come to that app's url
        citizen = kf.citizen("甲")
        await citizen.opens(); await citizen.says("我要举报"); await citizen.hears("…"); await citizen.chooses("走私")
        sim.clock.forward(hours=49)

The program under test gets `sim.url` as the API host, `corp.id`, `app.agent_id`, `app.secret` and `kf.id`.
`sim.journal`: `violations` (calls and fields the program must not use), `dropped` (beyond a member's rate, errcode 0),
`repeated`, `cut`, `refused`. `sim.faults`: what goes wrong on demand. `app.callbacks`: duplicates, losses, disorder and
forgeries of pushes. Every limit is in `rules.LIMITS`; documented [D page], from the field [F], guessed [M].

`sim.group("群")`: a group with a webhook; `group.key`, `group.hears("…")`.

Stands: everything of research §8.1 but aibot, and of a group's webhook texts. Not simulated: departments and tags as receivers,
news and mini-program messages, passive replies beyond recording them, human service.
"""

from .faults import Fault
from .messages import Button, Message
from .pushes import FORGERIES, Unverified
from .rules import LIMITS, Limits, Refused
from .server import Simulator

__all__ = ["FORGERIES", "LIMITS", "Button", "Fault", "Limits", "Message", "Refused", "Simulator", "Unverified"]
