"""A font with Chinese characters, for pictures: whichever of the usual ones this computer has. None is brought along; they are of
many megabytes, and a server that never draws needs none."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# In the order in which they read best on a telephone.
KNOWN = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "HarmonyOS_Sans_SC_Regular.ttf", "PingFang.ttc",
    "msyh.ttc", "msyh.ttf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "Hiragino Sans GB.ttc", "STHeiti Light.ttc",
    "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "simhei.ttf", "simsun.ttc", "uming.ttc",
)  # fmt: skip
FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts",
    "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip


@cache
def chinese() -> Path | None:
    """Looked for once in a process."""
    found = {path.name: path for path in _files()}
    return next((found[name] for name in KNOWN if name in found), None)


def any_chinese() -> bool:
    return chinese() is not None


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        for where, _, names in os.walk(Path(folder).expanduser()):
            yield from (Path(where, name) for name in names if name in KNOWN)
