"""What the house asks of a bot, never which platform it is of: what may pass through one door of one county."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from handlers.desk import EVERYTHING, Disclosure, Shows, Stays
from storage.windows import Window


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _from_file(value: Any) -> Any:
    """`{file: path}` keeps a secret out of the committed file."""
    if isinstance(value, Mapping):
        try:
            return Path(str(value["file"])).read_text("utf-8").strip()
        except (KeyError, OSError) as fault:
            raise ValueError(f"expected a text or {{file: path}} of a readable file ({type(fault).__name__})") from None
    return value


Secret = Annotated[str, BeforeValidator(_from_file)]


class Bot(Part):
    """One door of one county. `is_called`: the platform comes to us; else we go and ask. `for_staff`, `takes_tips` and
    `shown` (how much of a tip) are what may pass through it."""

    @property
    def is_configured(self) -> bool:
        raise NotImplementedError

    @property
    def begun(self) -> tuple[str, ...]:
        """Its own keys that are filled in although its secret, which opens the door, is not."""
        return ()

    @property
    def identity(self) -> str:
        """Who it is to its platform: no two doors may share it."""
        return ""

    @property
    def its_own(self) -> tuple[str, str]:
        """The key of its identity, and what to do where two doors share one."""
        return "token", "make a bot of its own with @BotFather"

    @property
    def hears(self) -> bool:
        """Whether people can write there. A group that is only told something is nobody's way in."""
        return True

    def amiss(self, public_url: str) -> Iterator[tuple[str, str]]:
        """What no single key shows: (a key of its own or of its platform, what is wrong and what to do)."""
        yield from ()

    @property
    def is_called(self) -> bool:
        return True

    @property
    def for_staff(self) -> bool:
        return False

    @property
    def takes_tips(self) -> bool:
        return not self.for_staff

    @property
    def shown(self) -> Shows:
        return EVERYTHING

    @property
    def is_abroad(self) -> bool:
        """Whether what people say there leaves the country."""
        return False

    @property
    def stays(self) -> Stays:
        """Whether what was said there can be taken out of the chat again."""
        return "erasable"

    @property
    def documents(self) -> bool:
        """Whether people can send documents there."""
        return True

    @property
    def groups(self) -> bool:
        """Whether it can be added to a group, to be told something there."""
        return False

    @property
    def window(self) -> Window | None:
        """How often, and for how long after their word, people can be written to; None: at any time."""
        return None


class OfStaff(Bot):
    """A door of staff: how much of tips (`disclosure`) and of `duties` is shown there."""

    disclosure: Disclosure = "none"
    duties: Disclosure = "none"

    @property
    def for_staff(self) -> bool:
        return True

    @property
    def shown(self) -> Shows:
        return Shows(self.disclosure, self.duties)
