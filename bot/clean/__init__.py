"""Attachments made safe to hand on: the type is read from the content, the copy for officers carries no metadata.

Pure and synchronous: bytes in, a verdict out, nothing logged, nothing raised. `clean` costs up to seconds of CPU and a few
hundred MB for the worst accepted file: the bot calls it by `apart`, in a process of its own, one file at a time.
"""

from collections.abc import Callable
from functools import partial

from bot.clean.kinds import kind_of
from bot.clean.verdicts import MAX_FILE, Cleaned, Halt, Kind, Refused, Withheld

__all__ = ["MAX_FILE", "Cleaned", "Kind", "Refused", "Withheld", "clean", "kind_of"]


def clean(kind: Kind, data: bytes) -> Cleaned | Withheld | Refused:
    """The copy for officers, or why there is none. `kind` is what `kind_of` said about the same bytes."""
    try:
        verdict = _cleaned(kind, data)
    except Halt as halt:
        return halt.verdict
    except MemoryError:
        return Refused("bomb")
    except Exception:  # a library met bytes it was not written for; its message may quote them, so it goes nowhere
        return Refused("damaged")
    too_large = isinstance(verdict, Cleaned) and len(verdict.data) > MAX_FILE
    return Withheld("uncleanable") if too_large else verdict


def _cleaned(kind: Kind, data: bytes) -> Cleaned | Withheld:
    if len(data) > MAX_FILE or not data:
        raise Halt(Refused("too_large" if data else "empty"))
    match kind:
        case Kind("video"):
            return Withheld("video")
        case Kind("voice"):
            return Withheld("voice")
        case Kind("image", "image/heic" | "image/avif"):
            return Withheld("heic")
        case _:
            return _copier(kind)(data)


def _copier(kind: Kind) -> Callable[[bytes], Cleaned | Withheld]:
    match kind:
        case Kind("image"):
            from bot.clean.images import clean_image

            return clean_image
        case Kind("text"):
            from bot.clean.texts import clean_text

            return clean_text
        case Kind(extension="pdf"):
            from bot.clean.pdf import clean_pdf

            return clean_pdf
        case _:
            from bot.clean.office import clean_office

            return partial(clean_office, kind)
