"""放出去: what is public is looked at once more, as citizens will read it, before it is let out in those very words."""

from typing import Any

from sqlalchemy import Row

from handlers.bulletins import pieces
from handlers.desk import Desk
from handlers.forms import Answers, Choice, Facts, Form, Question, chosen
from handlers.words import folded, of
from rules.bulletins import Bulletin

NAME, OUT, LEAVE = "bulletins/approve", "let_out", "leave"
YES = frozenset(
    of(
        "好 好的 好吧 行 可以 同意 通过 审核通过 同意公开 公开 公开吧 发布 发布吧 放 放吧 放出去吧 确认 确定 是 是的 对 对的 "
        "没问题 yes y ok okay approve approved"
    )
)
_NO = frozenset(
    of("不 不了 不行 先不 先不放 先不公开 不公开 不同意 不放 等一下 等等 再看看 再想想 算了 返回 no n notyet")
)


def _meant(words: str, facts: Facts) -> str | None:
    word = folded(words)
    return OUT if word in YES else LEAVE if word in _NO else None


FORM = Form(
    NAME,
    (
        Question(
            "sure", chosen, lambda a, f: (Choice(OUT, style="primary"), Choice(LEAVE, style="quiet")),
            asks="choice", named=_meant,
        ),
    ),
    about=("_bulletin", "_seen"),
    home="bulletins/card",
    short=True,
    way_out={"sure": LEAVE},
)  # fmt: skip


def shown(desk: Desk, seen: tuple[Row[Any], Bulletin] | None) -> Facts:
    """`seen`: what may be let out as it was looked at; None where it was written anew, or decided on, meanwhile."""
    if seen is None:
        return {"said": {"gone": True}}
    row, piece = seen
    hung = pieces.links(pieces.pictures(desk.tx, row.id))
    said = {"piece": pieces.as_read(piece), "pictures": len(hung), "corrects": piece.replaces is not None}
    return {"said": said, "links": hung}


def said_yes(answers: Answers) -> bool:
    return bool(answers["sure"] == OUT)
