"""Those who wait for what is done for many at once. Whoever has given up meanwhile is passed over."""

import asyncio
from collections.abc import Iterable
from typing import Any


def answer(waiting: Iterable["asyncio.Future[Any]"], result: Any) -> None:
    """An exception is raised where they wait, anything else is returned there."""
    for one in waiting:
        if one.done():
            continue
        if isinstance(result, BaseException):
            one.set_exception(result)
        else:
            one.set_result(result)
