"""Walks over the real desk: people of both counties put and move whatever their regimes let them, everything that is asked is answered,
and every word that is said can be found again. A database in memory, one transaction, a seed.

Who may see what is said here a second time, from the plan's words and not from the code: everything by whose role says so, what it is
called and who has a part in it by whom its clock may call, a number by whoever has a sealed part. So is who acts for an empty seat.
"""

import json
import random
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.app import TEMPLATES
from bot.render import Renderer
from handlers import todo
from handlers.desk import Desk, Outcome, Setting
from handlers.duties import card as duty_card
from handlers.forms import Answers, Choice
from handlers.matters import card, held, letter, listed, moves, put, receivers, rolls, ways
from handlers.matters.receivers import Pick
from rules import county, demands, routing
from rules.county import Plan
from rules.escalation import Ladder
from rules.filings import FilingForm
from rules.terms import SeatRef
from rules.unit_sets import members
from storage import attachments, chats, duties, matter_moves, matters, models, people
from storage.attachments import Owner
from storage.chats import Chat
from storage.database import Tx, new_id
from storage.sealed import Keyring
from tests.stories.stand_ins import Seats, acts_for

LIVE = date(2026, 11, 23)
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
READ = county.load([TEMPLATES.parent / "counties" / f"{name}.yaml" for name in ("luzhai", "yangxi")])
PLANS = {key: plan.with_demo_towns().going_live(LIVE) for key, plan in READ.items()}
WORDS = Renderer(TEMPLATES, PLANS)
LEVELS = ("nothing", "number", "title", "all")
Seat = tuple[str, str, str]  # county, unit, seat
SECRET, NUMBER = re.compile(r"(?:密|由|某局)\d{9}|file \d+"), re.compile(r"[A-Z]{2}-SX-\d{8}")
STARTABLE = [
    (plan.id, regime.id, way.id)
    for plan in PLANS.values()
    for regime in plan.regimes.values()
    for way in regime.ways
    if not regime.receives  # that one is begun by the other county
]
BYSTANDERS = [
    (plan.id, unit, seat)
    for plan in PLANS.values()
    for unit, seat in (
        ("procuratorate", "liaison"),
        ("police", "leader"),
        ("market", "leader"),
        ("anti_smuggling_office", "coordinator"),
    )
]


class Walk:
    """A county's people at their desks."""

    def __init__(self, connection: Connection, keys: Keyring, seed: int) -> None:
        self.tx, self.chance, self.now = Tx(connection, keys), random.Random(seed), START
        self.setting, self.cast, self.empty = Setting(PLANS, WORDS), dict[Seat, Chat](), set[Seat]()

    # -- people ------------------------------------------------------------------------------------------------------

    def sits(self, where: str, unit: str, seat: str) -> Chat:
        """Somebody there, from the first time they are spoken of."""
        if (where, unit, seat) not in self.cast:
            person = people.add(self.tx, where, "甲", self.now)
            people.seat(self.tx, person, where, unit, seat, self.now)
            self.cast[where, unit, seat] = chats.start(self.tx, "web", str(new_id()), where, "zh", person)
        return self.cast[where, unit, seat]

    def everybody(self, *, but: Callable[[Plan, str, str], bool] = lambda *_: False) -> None:
        """No seat is empty, for those others would stand in; `but`: those that are."""
        for plan in PLANS.values():
            kinds = {role.seat for one in plan.regimes.values() for role in one.roles.values()}
            kinds |= {"leader", "coordinator"}
            seats = [(unit, kind) for unit in plan.units for kind in sorted(kinds) if sits_here(plan, unit)]
            for unit, kind in seats:
                if plan.seat_exists(unit, kind) and but(plan, unit, kind):
                    self.empty.add((plan.id, unit, kind))
                elif plan.seat_exists(unit, kind):
                    self.sits(plan.id, unit, kind)

    def acts_for(self, where: str, seats: frozenset[tuple[str, str]]) -> tuple[Seats, Seats]:
        return acts_for(
            *(frozenset(one[1:] for one in all_ if one[0] == where) for all_ in (self.cast, self.empty)), seats
        )

    def desk(self, chat: Chat) -> Desk:
        desk = Desk(self.tx, self.now, self.setting, chat)
        desk.sit()
        return desk

    # -- words that can be found again -------------------------------------------------------------------------------

    def word(self, what: str) -> str:
        return f"{what}{new_id() % 10**9:09d}"

    def filled(self, form: FilingForm | None) -> dict[str, Any]:
        """Each text another, also where it may be left out; of choices any."""
        if form is None:
            return {}
        texts = [slot.key for slot in form.slots.values() if slot.field.kind == "text" and not slot.part.repeated]
        return {key: self._value(form, key) for key in (*form.missing({}), *texts)}

    def _value(self, form: FilingForm, key: str) -> Any:
        asked = form.field(key)
        if asked.kind == "text":
            return self.word("密")[: asked.limit]
        if asked.kind == "day":
            return self.now.date().isoformat()
        options = sorted(asked.options) or ["yes", "no"] if asked.kind in ("choice", "yes_no") else [str(asked.min)]
        return self.chance.choice(options)

    def file(self, chat: Chat) -> dict[str, Any]:
        number = new_id()
        row = {"id": number, "county": chat.county, "lane": chat.id, "family": "image", "size": 9, "digest": b"-"}
        attachments.keep(self.tx, row, {"store": "s", "key": "k", "mime": "image/png", "ext": "png", "name": ""})
        cleaned = update(models.tip_files).where(models.tip_files.c.id == number).values(state="ready")
        self.tx.execute(cleaned)
        return {"id": number, "name": "a.png", "family": "image", "size": 9}

    def picked(self, picks: tuple[Pick, ...]) -> Answers:
        """Somebody for each role that has to have somebody; now and then a place that is in no list."""
        found: dict[str, list[str]] = {"units": [], "others": []}
        for one in picks:
            able = [unit for unit in one.units if unit]
            most = 1 if one.single else min(2, len(able))
            names = self.chance.sample(able, self.chance.randint(1 if one.must else 0, most)) if able else []
            if one.free and not one.single and self.chance.random() < 0.3:
                names.append(receivers.PLACE + self.word("某局"))
            found["units" if one.must else "others"] += [f"{one.role.id}.{name}" for name in names]
        return {name: value for name, value in found.items() if value}

    # -- what is done ------------------------------------------------------------------------------------------------

    def begins(self, where: str, regime: str, door: str) -> None:
        """By any unit that may."""
        way = ways.of(PLANS[where], regime if door == regime else f"{regime}.{door}")
        assert way is not None
        all_ = members(PLANS[where], way.starter.who)
        able = [one for one in all_ if (where, one, way.starter.seat) not in self.empty]
        if not able:
            return
        unit = self.chance.choice(able)
        self.goes_on(self.sits(where, unit, way.starter.seat), Outcome(next=(put.NAME, put.begun(way))))

    def moves(self) -> bool:
        """Any move of anybody; somebody else tries it before."""
        offered = [
            (chat, one, may) for chat in self.at_work() for one in held.listing(self.desk(chat)) for may in one.possible
        ]
        if not offered:
            return False
        chat, one, may = self.chance.choice(offered)
        self.tries(may.party.id, may.move.id)
        self.now += timedelta(hours=self.chance.choice((0, 1, 30)))
        outcome = card.done(self.desk(chat), f"{may.party.id}.{may.move.id}")
        dead = "matters/list:not_yours" in {say.block for say in outcome.says}
        assert not dead or may.move.starts, (one.row.regime, may.move.id)  # who may not begin the other is told so
        self.goes_on(chat, outcome)
        return True

    def concerned(self) -> list[Chat]:
        """Whoever has a part, and some who have none."""
        beside = [self.sits(*one) for one in BYSTANDERS if one not in self.empty]
        beside += self.chance.sample(list(self.cast.values()), 2)
        return list({one.id: one for one in (*self.at_work(), *beside)}.values())

    def tries(self, party: int, move: str) -> None:
        """Whoever may not make it changes nothing by pressing its button."""
        chat, row = self.chance.choice(self.concerned()), matters.party(self.tx, party)
        of = matters.by_id(self.tx, row.matter) if row is not None else None
        if of is not None and not may_make(self, self.desk(chat).seats, of, party, move):
            was = self.kept()
            card.done(self.desk(chat), f"{party}.{move}")
            assert self.kept() == was

    def goes_on(self, chat: Chat, outcome: Outcome) -> None:
        """What is asked is answered, to the end of it."""
        while outcome.next is not None and outcome.next[0] in (put.NAME, moves.NAME):
            name, answers = outcome.next
            form = put if name == put.NAME else moves
            outcome = form.finish(self.desk(chat), self.answered(form, chat, dict(answers)))
            assert not {"common:outdated", "matters/list:not_yours"} & {say.block for say in outcome.says}, name
        self.tx.flush()

    def answered(self, form: Any, chat: Chat, answers: Answers) -> Answers:
        desk = self.desk(chat)
        about = form.facts(desk, answers)
        values = self.filled(about["form"])
        answers["values"] = [{"values": values, "refused": [], "unknown": []}]
        if about.get("hows") and about["straight"]:
            answers["how"] = self.chance.choice(about["hows"]).id
        answers |= self.picked(form.facts(desk, answers)["pick"])
        about = form.facts(desk, answers)
        answers |= {name: self.word("由") for name in ("reason", "note", "reference") if name in about["asks"]}
        day = self.now.date() + timedelta(days=9)
        answers |= {"until": day.isoformat()} if "until" in about["asks"] else {}
        answers |= {"on": self.now.date().isoformat()} if "on" in about["asks"] else {}
        if about["form"] is not None and self.chance.random() < 0.5:
            answers["document"] = [self.file(chat)]
        return answers

    # -- what is kept ------------------------------------------------------------------------------------------------

    def rows(self, where: str | None = None) -> list[Row[Any]]:
        found = self.tx.execute(select(models.matters).order_by(models.matters.c.id)).all()
        return [row for row in found if where in (None, row.county)]

    def parties(self, where: str | None) -> list[Row[Any]]:
        return [party for row in self.rows(where) for party in matters.parties(self.tx, row.id)]

    def began(self, matter: int) -> set[tuple[str, str]]:
        """The seats in whose name it was begun."""
        row, first = matters.by_id(self.tx, matter), matters.parties(self.tx, matter)[0]
        assert row is not None
        return {(first.unit, PLANS[row.county].regimes[row.regime].roles[first.role].seat)}

    def kept(self) -> list[Any]:
        tables = (models.matters, models.matter_parties, models.matter_moves, models.duties)
        return [tuple(row) for table in tables for row in self.tx.execute(select(table).order_by(table.c.id)).all()]

    def at_work(self) -> list[Chat]:
        """Whoever has a part somewhere."""
        found = [
            (row.county, party.unit, PLANS[row.county].regimes[row.regime].roles[party.role].seat)
            for row in self.rows()
            for party in matters.parties(self.tx, row.id)
            if sits_here(PLANS[row.county], party.unit)
        ]
        there = [self.sits(*one) for one in dict.fromkeys(found) if one not in self.empty]
        return there + [
            chat for one, chat in self.cast.items() if self.empty and chat not in there and self._stands_in(one, found)
        ]

    def _stands_in(self, here: Seat, parts: list[Seat]) -> bool:
        own, other = self.acts_for(here[0], frozenset([here[1:]]))
        return any(where == here[0] and (unit, seat) in own | other for where, unit, seat in parts)


# -- who may see what ----------------------------------------------------------------------------------------------------


def level(walk: Walk, seats: frozenset[tuple[str, str]], row: Row[Any]) -> str:
    """The most that these seats may see of it."""
    plan, regime = PLANS[row.county], PLANS[row.county].regimes[row.regime]
    found = {"nothing"}
    for party in matters.parties(walk.tx, row.id):
        role = regime.roles[party.role]
        here = {(party.unit, role.seat)} | ({(party.unit, "leader")} if not regime.sealed else set())
        if party.unit in plan.units and plan.units[party.unit].seatable and here & seats:
            found.add(role.sees)
    for clock in duties.of_matters(walk.tx, [row.number])[row.number]:
        if called(plan, clock) & seats:
            found.add("number" if regime.sealed else "title")
    return max(found, key=LEVELS.index)


def called(plan: Plan, clock: Row[Any]) -> set[SeatRef]:
    """Whom its ladder names, from its first rung to its last."""
    ladder, to = Ladder.loads(clock.ladder), demands.receiving(plan, plan.duties[clock.rule])
    owed, leaves = SeatRef(clock.unit, clock.seat), duties.firm(clock) or ladder.urgent
    return {one for whose in ladder.told() for one in routing.told_of_duty(plan, whose, owed, to, leaves)}


def secrets(walk: Walk) -> dict[str, list[tuple[Row[Any], str]]]:
    """Of which matters each word tells that was ever said, and from which level it may be read."""
    found: dict[str, list[tuple[Row[Any], str]]] = {}
    for row in walk.rows():
        content = matters.content(walk.tx, row)
        said = [matter_moves.said(walk.tx, one) for one in matter_moves.of_matter(walk.tx, row.id)]
        labels = [matters.label(walk.tx, one) for one in matters.parties(walk.tx, row.id)]
        files = [f"file {one.id}" for one in attachments.of_owner(walk.tx, Owner("matter", row.id))]
        sealed = PLANS[row.county].regimes[row.regime].sealed
        told = [(content.get("title", ""), "title"), (labels, "title"), (content, "all"), (files, "all")]
        for words, wanted in (*told, (said, "number" if sealed else "all")):
            for one in set(SECRET.findall(dumped(words))):
                found.setdefault(one, []).append((row, wanted))
    return found


def dumped(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, default=str)


def shown(walk: Walk, chat: Chat) -> dict[str, str]:
    """Everything that this person can have shown to them about anything."""
    desk, found = walk.desk(chat), dict[str, str]()
    found["list"] = dumped(listed.matters(desk))
    found["todo"] = dumped(todo.todo(desk))
    for regime, roll in rolls.mine(desk):
        found[f"roll {regime.id}.{roll.id}"] = dumped(rolls.opened(desk, f"{regime.id}.{roll.id}").says)
    for row in walk.rows(chat.county):
        found[f"card {row.number}"] = _opened(desk, card, card.opened(desk, row.number))
        for clock in duties.of_matters(walk.tx, [row.number])[row.number]:
            found[f"duty {clock.id}"] = _opened(desk, duty_card, duty_card.opened(desk, str(clock.id)))
        for party in matters.parties(walk.tx, row.id):
            paper = letter.for_chat(walk.setting, walk.now, walk.tx, chat.id, party.id)
            found[f"letter {party.number}"] = dumped(asdict(paper)) if paper is not None else ""
    return found


def _opened(desk: Desk, form: Any, outcome: Outcome) -> str:
    """What a card says, and the files that hang under it."""
    if outcome.next is None:
        return dumped(outcome.says)
    about = form.facts(desk, outcome.next[1]) if outcome.next[0] == form.NAME else card.facts(desk, outcome.next[1])
    links = [f"file {one['id']}" for one in about["links"]]
    return dumped([about["said"], links, [one.label for one in about["acts"] if isinstance(one, Choice)]])


def pushed(walk: Walk, chat: Chat) -> str:
    """What was sent there since it was asked last, read as it is sealed."""
    sent = select(models.outbox.c.sealed_payload).where(models.outbox.c.lane == chat.id)
    told = [walk.tx.keys.open_("transit", one).decode() for one in walk.tx.execute(sent).scalars()]
    walk.tx.execute(delete(models.outbox).where(models.outbox.c.lane == chat.id))
    return dumped([json.loads(one)["says"] for one in told])


def may_make(walk: Walk, seats: frozenset[tuple[str, str]], row: Row[Any], party: int, name: str) -> bool:
    """Those of who acts for an empty seat are all that are its unit's own people's, and of others what the file marks."""
    plan, regime = PLANS[row.county], PLANS[row.county].regimes[row.regime]
    parties = {one.id: one for one in matters.parties(walk.tx, row.id)}
    moved, move = parties[party], regime.moves[name]
    own_empty, others = walk.acts_for(row.county, seats) if not regime.sealed else (Seats(), Seats())
    seats = seats | own_empty | (others if move.stand_in else Seats())
    mine = {one.role for one in parties.values() if (one.unit, regime.roles[one.role].seat) in seats}
    if moved.stage not in move.at:
        return False
    if move.of is not None:
        return move.of == moved.role and not mine.isdisjoint(move.by)
    own = moved.role in move.by and (moved.unit, regime.roles[moved.role].seat) in seats
    elsewhere = moved.unit.startswith(held.HOSTED) or sits_here(plan, moved.unit)
    return own if elsewhere else moved.role in move.by and not mine.isdisjoint(regime.starters)


def sits_here(plan: Plan, unit: str) -> bool:
    return unit in plan.units and plan.units[unit].seatable
