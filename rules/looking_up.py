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


class Found(NamedTuple):
    """The keys, the best first. `named`: whether any holds the words that were looked for; else it is only near to them: what the
    goods are called besides, or one word of several."""

    keys: list[str]
    named: bool


def looked_up(words: str, pieces: Iterable[Piece], goods: Iterable[T]) -> Found:
    """Those in which every word occurs, or what else its goods are called; the word itself and the title go before. Where there
    is none, those with some of the words. The order among equals stays."""
    kinds = [tuple(one.called) for one in goods]
    terms = [_Term(term, kinds) for term in folded(words)[:MOST].split()]
    scored = [(one.key, [term.score(folded(one.title), folded(one.text)) for term in terms]) for one in pieces]
    whole = [(key, sum(scores)) for key, scores in scored if terms and all(scores)]
    found = sorted(whole or [(key, sum(scores)) for key, scores in scored if any(scores)], key=lambda one: -one[1])
    named = any(scores and all(score >= NAMED for score in scores) for _, scores in scored)
    return Found([key for key, _ in found], named)


NAMED = 3  # of a score: the word itself stands there


class _Term:
    """One word, and what it is called besides."""

    def __init__(self, term: str, kinds: Sequence[tuple[str, ...]]) -> None:
        bare = term.strip(_AROUND) or term
        same = [names for names in kinds if any(name in term or (len(bare) > 1 and bare in name) for name in names)]
        self.alike = frozenset(name for names in same for name in names) | {bare}
        # 卖假烟 is about 假烟, and names it
        self.own = {term, bare} | {name for names in same for name in names if name in term}

    def score(self, title: str, text: str) -> int:
        if not any(one in title or one in text for one in self.alike):
            return 0
        return NAMED * (2 * _any(self.own, title) + _any(self.own, text)) + 1 + _any(self.alike, title)


def _any(words: Iterable[str], text: str) -> bool:
    return any(one in text for one in words)
