"""Finding what citizens may read by words: whatever the county's lists call the same goods is the same word here."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from rules.marks import Recognisable

MOST = 40  # characters that are looked for
_AROUND = "的了吗呢吧啊呀"  # what stands around a word and tells nothing


class Piece(NamedTuple):
    """Something that can be found: its key, and its words."""

    key: str
    title: str
    text: str


T = TypeVar("T", bound=Recognisable)


def folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def looked_up(words: str, pieces: Iterable[Piece], goods: Iterable[T]) -> list[str]:
    """The keys of those in which every word occurs, or what else its goods are called; the word itself and the title go before.
    The order among equals stays."""
    kinds = [tuple(one.called) for one in goods]
    terms = [(term, _alike(term, kinds)) for term in folded(words)[:MOST].split()]
    scored = [(score, one.key) for one in pieces if (score := _score(one, terms)) is not None]
    return [key for _, key in sorted(scored, key=lambda pair: -pair[0])]


def _alike(term: str, kinds: Sequence[tuple[str, ...]]) -> frozenset[str]:
    """卖假烟 is about 假烟, and so about whatever else is called that."""
    bare = term.strip(_AROUND) or term
    same = (names for names in kinds if any(name in term or (len(bare) > 1 and bare in name) for name in names))
    return frozenset(name for names in same for name in names) | {bare}


def _score(piece: Piece, terms: Sequence[tuple[str, frozenset[str]]]) -> int | None:
    title, text = folded(piece.title), folded(piece.text)
    score = 0
    for term, alike in terms:
        if not any(one in title or one in text for one in alike):
            return None
        score += 4 * (term in title) + 2 * (term in text) + any(one in title for one in alike)
    return score if terms else None
