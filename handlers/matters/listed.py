"""事项: what awaits me, what is mine, what I may see; and what I may begin."""

from handlers import disclosure
from handlers.desk import Desk, Outcome
from handlers.forms import Choice, Heard, Say, plain
from handlers.matters import held, put, rolls, views, ways
from handlers.matters.ways import Way
from handlers.words import folded

SHOWN = 20


def matters(desk: Desk) -> list[Say]:
    found = held.listing(desk)
    lines = [views.line(desk, one) for one in found[:SHOWN]]
    starts = tuple(Choice(f"go.put.{one.key}", one.door.name.in_(desk.chat.language)) for one in ways.startable(desk))
    doors = tuple(Choice(f"go.matter.{one.row.id}", views.called(desk, one)) for one in found[:SHOWN])
    data = {"matters": lines, "more": max(0, len(found) - SHOWN), "starts": bool(starts)}
    return [Say("matters/list:list", data, (*doors, *rolls.doors(desk), *starts, Choice("go.menu", style="quiet")))]


def begun(desk: Desk, heard: Heard) -> Outcome | None:
    """突发情况 暴力抗法: a regime that is named as its plan's people name it, and what else was said with it."""
    words = plain(heard.text) if heard.kind == "said" else ""
    for way in ways.startable(desk):
        for word in _names(way):
            if folded(words) == folded(word):
                return _opened(desk, way, "")
            if way.regime.urgent and words.startswith(word):
                return _opened(desk, way, words.removeprefix(word).lstrip(" ：:，,。"))
    return rolls.asked(desk, heard) or _not_theirs(desk, words)


def _not_theirs(desk: Desk, words: str) -> Outcome | None:
    """What others begin is not said to be no word at all: whose it is."""
    all_ = (Way(regime, door) for regime in desk.plan.regimes.values() for door in regime.ways)
    way = next((one for one in all_ if words and folded(words) in map(folded, _names(one))), None)
    if way is None:
        return None
    who = [_called(desk, one) for one in way.starter.who]
    told = {"called": way.door.name.in_(desk.chat.language), "who": who, "seat": way.starter.seat}
    return Outcome((Say("matters/list:theirs", told),))


def _called(desk: Desk, unit: str) -> str:
    """A unit, a group or a set of them."""
    sets = desk.plan.unit_sets
    return (sets[unit].name if unit in sets else desk.plan.units[unit].name).in_(desk.chat.language)


def _names(way: Way) -> tuple[str, ...]:
    return (*way.door.words, way.door.name.zh, way.door.name.en)


def _opened(desk: Desk, way: Way, words: str) -> Outcome:
    if disclosure.held_back(desk, "put"):
        return Outcome(tuple(disclosure.on_page(desk, "put", way.key)))
    return Outcome(next=(put.NAME, put.begun(way, words)))
