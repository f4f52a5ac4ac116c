"""Putting something to others: what the regime's form asks, to whom it goes, files, one more look; then it is begun, and sent in the
same commit. Where it is only written down for now it stays at its first stage, and its clock runs.

What goes on from another matter (移送公安 instead of 移交) is begun here too, and moves that one in the same commit.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from handlers import filling, matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, attached, attachment, chosen
from handlers.matters import across, card, held, making, onward, receivers, views, ways, wording
from handlers.matters.making import Said
from handlers.matters.onward import Going
from handlers.matters.receivers import Pick
from handlers.matters.ways import Way
from rules.filings import FilingForm
from rules.regimes import Move
from rules.visibility import Power
from storage import attachments, handovers, tips

NAME = "matters/put"
NOW, LATER, GOES = "at_once", "write_down", "goes."
WORDS = ("reason", "note", "reference")


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: the regime, or one of its doors."""
    way = ways.of(desk.plan, argument)
    if way is None or not ways.units_for(desk, way):
        desk.audit("refused", argument[:32], "put")
        return Outcome((Say("matters/list:not_yours"),))
    return Outcome(next=(NAME, begun(way)))


def begun(way: Way, words: str = "") -> Answers:
    answers: Answers = {"_regime": way.key}
    if way.regime.urgent or way.regime.brief:
        answers["_brief"] = True
    return answers | ({"_words": words} if words else {})


class Start(NamedTuple):
    """How whoever speaks may begin it now, in whose name, and what it goes on from."""

    way: Way
    units: tuple[str, ...]
    from_: Going | None

    def unit(self, answers: Answers) -> str:
        return str(answers["unit"]) if answers.get("unit") in self.units else self.units[0]


def read(desk: Desk, answers: Answers, *, lock: bool = False) -> Start | None:
    """Once for each answer; None where it may not be begun any more."""
    way, from_ = ways.of(desk.plan, answers["_regime"]), onward.going(desk, answers, lock=lock)
    mine = _units(desk, way, answers, from_) if way is not None else ()
    return Start(way, mine, from_) if way is not None and mine else None


def _units(desk: Desk, way: Way, answers: Answers, from_: Going | None) -> tuple[str, ...]:
    """In whose name; with a tip, whoever took it in, as long as this officer has it and its copy was not taken back; going on,
    whoever goes on."""
    if "_from" in answers:
        return onward.units(way, from_)
    if answers.get("_tip") is None:
        return ways.units_for(desk, way)
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    given = handovers.by_id(desk.tx, answers.get("_copy", 0))
    if row is None or given is None or given.tip != row.id or given.status not in handovers.LIVE:
        return ()
    return (row.intake,) if way.regime.from_tips and row.intake in held.may_have(desk, way.starter) else ()


def void(desk: Desk, answers: Answers) -> str | None:
    if read(desk, answers) is not None:
        return None
    desk.audit("refused", str(answers["_regime"])[:32], "put")
    return "matters/list:not_yours"


_NOTHING: dict[str, Any] = {"form": None, "pick": (), "units": (), "hows": (), "asks": (), "before": {}, "nil": False}


def facts(desk: Desk, answers: Answers) -> Facts:
    start = read(desk, answers)
    return _facts(desk, start, answers) if start is not None else _NOTHING | {"said": {"gone": True}, "straight": False}


def _facts(desk: Desk, start: Start, answers: Answers) -> Facts:
    way = start.way
    form, values = form_of(desk, way), filling.values_of(answers, {})
    move, language = chosen_move(way, answers), desk.chat.language
    pick = _picks(desk, start, move, answers)
    told: dict[str, Any] = {"regime": way.regime.id, "called": way.door.name.in_(language), "urgent": way.regime.urgent}
    told |= {"straight": move.id if move else "", "from": onward.told(start.from_)}
    told |= {"personal": wording.named(answers), "fixed": _fixed(desk, start, move, answers)}
    told |= filling.told(form, values, answers, language) if form is not None else {"sheet": "", "unusual": []}
    told |= receivers.told(desk, answers, pick)
    asks = _asks(start, move, answers, pick)
    told |= {"words": [[name, answers[name]] for name in WORDS if name in asks and answers.get(name)]}
    about = _NOTHING | {"said": told, "units": start.units, "straight": way.straight is not None}
    about |= {"sealed": way.regime.sealed}
    about |= {"hows": _hows(desk, start, answers, pick), "asks": asks} | receivers.facts(desk, pick)
    return about | (filling.facts(desk, form, values) if form is not None else {})


def form_of(desk: Desk, way: Way) -> FilingForm | None:
    return desk.plan.forms.get(way.door.form or "")


def chosen_move(way: Way, answers: Answers) -> Move | None:
    """The straight one, or what was chosen instead; None: it is only written down."""
    how = str(answers.get("how") or NOW)
    if how.startswith(GOES):
        return next((one for one in way.others if one.id == how.removeprefix(GOES)), None)
    return way.straight if how == NOW else None


def _picks(desk: Desk, start: Start, move: Move | None, answers: Answers) -> tuple[Pick, ...]:
    own, tip, values = start.unit(answers), answers.get("_tip"), filling.values_of(answers, {})
    return receivers.picks(desk, start.way.regime, move, own, None, tip, values) if move is not None else ()


def _fixed(desk: Desk, start: Start, move: Move | None, answers: Answers) -> list[str]:
    if move is None or move.starts:
        return []
    own, values = start.unit(answers), filling.values_of(answers, {})
    return receivers.fixed(desk, start.way.regime, move, own, values, answers.get("_tip"))


def _asks(start: Start, move: Move | None, answers: Answers, pick: Collection[Pick]) -> tuple[str, ...]:
    """What the move asks with the form; a reason too where rules of the plan and of law collide, or another was picked than they
    mean."""
    if move is not None and move.starts:  # it is asked with what it goes on as
        return ()
    named = [*(move.asks if move is not None else ()), *onward.asks(start.from_)]
    return (*named, "reason") if receivers.to_be_reasoned(answers, pick) else tuple(named)


def _hows(desk: Desk, start: Start, answers: Answers, pick: Collection[Pick]) -> tuple[Choice, ...]:
    """Where the plan does not say who receives it, asking somebody who decides that comes first."""
    way, own, silent = start.way, start.unit(answers), any(one.silent for one in pick)
    able = [one for one in way.others if ways.leads_on(desk, one, own, way.starter)]
    first = [one for one in able if silent and not one.starts]
    rest = [one for one in able if one not in first]
    return (*_goes(desk, first), Choice(NOW, style="primary"), *_goes(desk, rest), Choice(LATER))


def _goes(desk: Desk, moves: Iterable[Move]) -> Iterator[Choice]:
    return (Choice(f"{GOES}{one.id}", one.name.in_(desk.chat.language)) for one in moves)


def _wants(name: str) -> Any:
    return lambda answers, facts: name in facts["asks"]


FORM = Form(
    NAME,
    (
        Question(
            "unit",
            chosen,
            lambda a, f: tuple(Choice(one, of="units") for one in f["units"]),
            lambda a, f: len(f["units"]) > 1,
            asks="choice",
        ),
        filling.question(when=lambda a, f: f["form"] is not None),
        Question(
            "how",
            chosen,
            lambda a, f: f["hows"],
            lambda a, f: bool(f["straight"]) and ("_brief" not in a or a.get("*") == "how"),
            asks="choice",
        ),
        receivers.question(optional=False),
        receivers.question(optional=True),
        Question("reason", wording.text(500, 2), when=_wants("reason")),
        Question("note", wording.text(2000, 2), when=_wants("note")),
        Question("reference", wording.text(200), when=_wants("reference")),
        Question("document", attachment, when=lambda a, f: not f.get("sealed"), many=True, optional=True, asks="file"),
    ),
    review=True,
    draft=True,
    brief=lambda answers: "_brief" in answers,
    about=("_regime",),
)


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What is urgent or brief is not asked whether it is complete: as soon as it can go, it can go with one press."""
    words = after.pop("_words", None)
    if words is not None:
        _begin_with(desk, after, words)
    receivers.reconsidered(before, after)
    told = filling.notice(desk, before, after)
    found = facts(desk, after)
    if "_brief" in after and "values+" in after and after.get("*") is None and filling.ready(after, found):
        after["values"] = [*(after.get("values") or []), *after.pop("values+")]
    return told


def _begin_with(desk: Desk, after: Answers, words: str) -> None:
    """突发情况 暴力抗法: what was said with the word is the first answer, if it can be one."""
    found = facts(desk, after)
    if found["form"] is not None:
        piece = filling.answer_to_the_next(found["form"], words, found)
        after["values+"] = [piece] if isinstance(piece, dict) else []


def finish(desk: Desk, answers: Answers) -> Outcome:
    """One number, a part and a receipt for each, in one commit."""
    start = read(desk, answers, lock=True)
    if start is None:
        return Outcome((Say("matters/list:not_yours"),))
    if start.way.regime.sealed and "document" in answers:
        return _without_files(desk, answers)
    move = chosen_move(start.way, answers)
    pick = _picks(desk, start, move, answers)
    taken, labels = receivers.settled(desk, answers, pick)
    found, short = _facts(desk, start, answers), receivers.short(pick, taken)
    whole = found["form"] is None or filling.complete(found["form"], filling.values_of(answers, {}))
    asked = [name for name in WORDS if name in found["asks"]]
    if not whole or short or not all(answers.get(name) for name in asked):  # the county's file has changed since
        return Outcome((Say("common:outdated"),), (NAME, _still_good(answers, whole=whole, short=short)))
    words = {name: answers[name] for name in asked}
    return _put(desk, start, answers, move, Said(words, units=taken, labels=labels, files=attached(answers)))


def _put(desk: Desk, start: Start, answers: Answers, move: Move | None, said: Said) -> Outcome:
    """It is begun; what it goes on from is moved; and it is sent, unless it is only written down or goes on as another."""
    before, tip = start.from_, answers.get("_tip")
    from_ = before.one.row if before is not None else None
    values, of_tip = filling.values_of(answers, {}), from_.tip if from_ is not None else tip
    one = making.begin(desk, start.way, start.unit(answers), values, of_tip, from_.id if from_ is not None else None)
    if tip is not None:
        tips.move(desk.tx, tip, desk.now, "staff", "put", person=desk.person, note=one.row.number)
    if before is not None:
        across.make(desk, before.one, before.possible, Said(said.words))
    if move is None or move.starts:
        making.attach(desk, one, said.files)
        return onward.opened(desk, one, one.starter.id, move) if move is not None else _done(desk, one)
    done = one.find(one.starter.id, move.id)
    assert done is not None
    return _done(desk, across.make(desk, one, done, said), move.id)


def _still_good(answers: Answers, *, whole: bool, short: bool) -> Answers:
    """What does not depend on what has changed is not asked for again."""
    rest = {name: value for name, value in answers.items() if not (short and name in ("units", "others"))}
    if not whole and rest.get("values"):
        rest["values+"] = rest.pop("values")
    return rest


def _without_files(desk: Desk, answers: Answers) -> Outcome:
    """The county's file has sealed it since they were sent: nothing of it is kept here but a number and days."""
    attachments.discard(desk.tx, attached(answers))
    rest = {name: value for name, value in answers.items() if name != "document"}
    return Outcome((Say("common:outdated"),), (NAME, rest))


def _done(desk: Desk, one: held.Held, move: str = "") -> Outcome:
    """`move`: that was made at once; none where it is only written down."""
    told = views.line(desk, one) | {"move": move, "parties": views.whole(desk, one)["parties"]}
    return Outcome((Say("matters/put:done", told),), card.card(one))


CONVERSATION = Conversation(FORM, finish, "staff", facts, notice, void)
