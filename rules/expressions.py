"""Regular expressions that are compiled when something is first looked for: of hundreds, a start needs none."""

import re
from functools import cached_property
from typing import Any, cast


class Late:
    """Behaves as the compiled one; only functions of `re` itself do not take it."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text, self._flags)

    def __getattr__(self, name: str) -> Any:
        """Asked once for each name; what was found stands beside it then."""
        found = self.__dict__[name] = getattr(self._compiled, name)
        return found


def expression(text: str, flags: int = 0) -> re.Pattern[str]:
    return cast(re.Pattern[str], Late(text, flags))
