"""What a conversation may touch while one message is answered: the transaction, the time, the county, who is speaking.

Everything said goes to the outbox in the same commit as everything written. Who may see or do what is asked of
`rules.visibility` and nowhere else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

from handlers.forms import Answers, Choice, Facts, Form, Say
from handlers.progress import PICKED
from handlers.reading import Reading
from rules.county import Plan
from rules.visibility import Viewer
from storage import audit, chats, people, pushes, queue, windows
from storage.chats import Chat
from storage.database import Tx
from storage.pushes import Push
from storage.queue import Message
from storage.seated import Acting, Behind, Today, local_day
from storage.windows import Window


class Words(Protocol):
    """What choices are called, in the language of the person and the words of the county."""

    def label(self, choice: Choice, template: str, language: str, county: str | None) -> str: ...


Disclosure = Literal["none", "title", "full"]


class Shows(NamedTuple):
    """How much a chat that a platform keeps may show: of tips and leads, and of what the plan asks."""

    tips: Disclosure = "full"
    duties: Disclosure = "full"


EVERYTHING, NOTHING = Shows(), Shows("none", "none")
# What becomes of what was said there: it goes when the page is left, it can be taken out again, or it stays.
Stays = Literal["page", "erasable", "for_good"]
# When what is written to somebody reaches them: now, when they next write themselves, or never there.
Reaches = Literal["now", "later", ""]


@dataclass(frozen=True)
class Entrance:
    """What may pass through one channel: for which counties it speaks (all, where none is named), whether a stranger is a
    citizen there or learns nothing, whether tips are taken, and how much of them staff may be shown."""

    counties: frozenset[str] | None = None
    citizens: bool = True
    tips: bool = True
    disclosure: Shows = EVERYTHING
    stays: Stays = "erasable"
    window: Window | None = None  # how often after theirs people can be written to there; None: at any time
    documents: bool = True  # people can send them there, and not only pictures and voices
    groups: bool = False  # its bot tells groups, too: those in which a code was said

    @property
    def hours(self) -> int:
        """After theirs in which people can be written to there; 0: at any time."""
        return self.window.hours if self.window else 0


ANYBODY = Entrance()
UNBOUND = "staff/bind:unbound"  # said as the last thing where somebody is of the staff no longer


@dataclass(frozen=True)
class Setting:
    """What is the same for every message: the plans, the words, and what may pass through each channel."""

    plans: Mapping[str, Plan]
    words: Words
    doors: Mapping[str, Entrance] = field(default_factory=dict)
    draws: Callable[[], bool] = lambda: True  # whether pictures of words can be drawn here: asked when one is offered

    def entrance(self, channel: str) -> Entrance:
        return self.doors.get(channel, ANYBODY)

    def served(self, channel: str) -> dict[str, Plan]:
        open_ = self.entrance(channel).counties
        return {key: plan for key, plan in self.plans.items() if open_ is None or key in open_}

    def for_staff(self, county: str) -> list[str]:
        """The channels where only staff of this county are let in."""
        return [key for key, one in self.doors.items() if not one.citizens and county in (one.counties or self.plans)]

    def for_groups(self, county: str) -> list[str]:
        """The channels where a group can be bound."""
        return [key for key in self.for_staff(county) if self.doors[key].groups]


@dataclass
class Desk:
    tx: Tx
    now: datetime
    setting: Setting
    chat: Chat
    seats: frozenset[tuple[str, str]] = frozenset()  # one's own, and those one acts for today
    behind: tuple[Behind, ...] = ()  # for whom
    delay_ms: int = 0  # how long the answer waits: a wrong password's does
    reading: Reading = field(default_factory=Reading)
    about: set[int] = field(default_factory=set)  # tips that were looked at for this answer
    matters: set[int] = field(default_factory=set)  # matters that tell of a tip, and that tip
    album: str = (
        ""  # pieces that were sent as one are answered as one: the latest answer takes the place of those before
    )

    @property
    def plan(self) -> Plan:
        return self.setting.plans[self.chat.county or next(iter(self.setting.plans))]

    @cached_property
    def entrance(self) -> Entrance:
        return self.setting.entrance(self.chat.channel)

    @cached_property
    def today(self) -> Today:
        return Today(self.tx, self.plan, local_day(self.plan, self.now))

    def not_before(self, *moments: datetime | None) -> None:
        """It was said earlier and is worked only now: nothing is dated before what others have done to it meanwhile."""
        self.now = max((self.now, *(one for one in moments if one is not None)))

    def sit(self) -> None:
        """The seats of whoever speaks, as they are now, and those of everybody they stand in for."""
        self.__dict__.pop("today", None)
        known = self.chat.person is not None and self.chat.county in self.setting.plans
        acting = self.today.acting(self.person) if known else Acting(frozenset())
        self.seats, self.behind = acting.seats, acting.behind

    @property
    def own(self) -> frozenset[tuple[str, str]]:
        """The seats one holds oneself."""
        return self.seats.difference(*(one.seats for one in self.behind))

    @property
    def viewer(self) -> Viewer:
        return Acting(self.own, self.behind).viewer(self.plan.id, self.person)

    def acts_for(self, *seats: tuple[str, str], carrier: int | None = None) -> list[str]:
        """Names of those who are away and in whose place this is done; nobody, where one holds such a seat oneself."""
        wanted = frozenset(seats)
        if carrier == self.chat.person or not wanted.isdisjoint(self.own):
            return []
        found = (one.person for one in self.behind if one.person == carrier or not wanted.isdisjoint(one.seats))
        return [people.name(self.tx, one) for one in found]

    @property
    def person(self) -> int:
        """Only asked in conversations of staff."""
        assert self.chat.person is not None
        return self.chat.person

    def holds(self, *kinds: str) -> bool:
        return any(kind in kinds for _, kind in self.seats)

    def sits_in(self, unit: str) -> bool:
        """In any seat, one's own or that of whom one stands in for."""
        return any(one == unit for one, _ in self.seats)

    def units(self, *kinds: str) -> tuple[str, ...]:
        return tuple(sorted({unit for unit, kind in self.seats if kind in kinds}))

    def let_go(self) -> None:
        """Whoever speaks here is of the staff no longer: what was filled in is gone, and nothing more is said to them."""
        chats.let_go(self.tx, self.chat.id, UNBOUND)
        self.chat.person, self.seats, self.behind = None, frozenset(), ()
        self.chat.state.clear()

    def audit(self, action: str, subject: str, detail: str = "") -> None:
        audit.record(self.tx, self.now, self.plan.id, action, subject, self.chat.person, detail)

    def reply(self, says: Iterable[Say], *, draft: bool = False) -> None:
        """Answer in this conversation. The last choices shown become the open ones; older buttons are closed."""
        said = list(says)
        if not said:
            return
        self.chat.prompt += 1
        message = composed(self.setting.words, said, self.chat.language, self.chat.county, self.chat.prompt)
        self.chat.state["shown"] = [[one[0], one[1]] for one in message["options"]]
        if self.album and not message["mark"]:
            message["mark"] = f"album:{self.album}"
            message["erases"] = [*message["erases"], message["mark"]]
        for mark in message["erases"]:
            queue.unsay(self.tx, self.chat.id, mark)
        once, message["draft"] = queue.once(self.chat.id, message["mark"]), draft
        if self.chat.person is not None:
            message["about"], message["matters"] = sorted(self.about), sorted(self.matters)
        queue.put(self.tx, self.chat.channel, self.chat.id, message, once, self.delay_ms)

    def tell(
        self,
        persons: Iterable[int],
        say: Say,
        once: str,
        about: Sequence[int] = (),
        owes: int = 0,
        *,
        calm: bool = True,
        urgent: bool = False,
    ) -> None:
        """Push to every live conversation of these people. Its choices only open things (`go.…`), so that no question
        open there is disturbed. It rings for nobody at night and on days off but where it is `urgent`, or not `calm`: an answer
        that whoever works then waits for."""
        push = Push(
            self.plan.id, say.block, say.data, buttons(say.choices), once, about, owes, urgent=urgent, calm=calm
        )
        pushes.to_people(self.tx, persons, push)

    def write_to(self, chat: int, say: Say) -> Reaches:
        """Push to a citizen's conversation, found by the return address, and when it gets there: never, where it has ended;
        later, where the platform lets nobody write until they write again."""
        found = chats.load(self.tx, [chat]).get(chat)
        if found is None or found.ended:
            return ""
        here = self.setting.entrance(found.channel)
        if not here.tips:  # nobody is sent to a closed door
            say = Say(say.block, {**say.data, "closed": True}, (Choice("go.stop", style="quiet"),))
        message = queue.message(found.language, self.plan.id, [(say.block, say.data)], buttons(say.choices))
        queue.put(self.tx, found.channel, found.id, message)
        return "now" if here.window is None or windows.lets_through(self.tx, found.id, here.window) else "later"


def buttons(choices: Iterable[Choice], label: Callable[[Choice], str | None] | None = None) -> list[list[Any]]:
    """As a message carries them: id, words (or None: chosen when it is rendered), style, the county's kind of name."""
    return [[one.id, label(one) if label else one.label, one.style, one.of] for one in choices]


def composed(words: Words, says: list[Say], language: str, county: str | None, prompt: int) -> Message:
    """One merged message per turn: channels with a budget of messages live on it."""
    asking = next((say for say in reversed(says) if say.choices or say.asks), says[-1])
    template = asking.block.partition(":")[0]
    options = buttons(asking.choices, lambda one: _ticked(one) + words.label(one, template, language, county))
    message = queue.message(language, county, [(say.block, say.data) for say in says], options, prompt, asking.asks)
    message["files"] = [dict(file) for say in says for file in say.files]
    message["prefill"] = asking.prefill
    message["mark"] = next((say.mark for say in says if say.mark), "")
    message["erases"] = [say.erases for say in says if say.erases]
    message["deletes"] = [one for say in says for one in say.deletes]
    return message


def _ticked(choice: Choice) -> str:
    return "✓ " if choice.style == PICKED else ""


@dataclass(frozen=True)
class Outcome:
    """What a conversation led to: words, and perhaps the conversation that follows."""

    says: tuple[Say, ...] = ()
    next: tuple[str, Answers] | None = None
    drop: bool = False


Finish = Callable[[Desk, Answers], Outcome]


def no_facts(desk: Desk, answers: Answers) -> Facts:
    return {"plan": desk.plan}


def no_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    return None


def nothing_left(desk: Desk, answers: Answers) -> Outcome | None:
    return None


def never_void(desk: Desk, answers: Answers) -> str | None:
    return None


@dataclass(frozen=True)
class Conversation:
    """A form, who may hold it, and what it does when its answers are whole. `notice` says what must be said between two
    questions; its `before` is None when nothing has been said in this conversation yet. `void` names the sentence when what
    it stands on, a password, is good no longer. `left`: what is said, and opened, when it is given up; None: as everywhere."""

    form: Form
    finish: Finish
    who: str = "citizen"  # citizen | staff | a kind of seat, several joined by |
    facts: Callable[[Desk, Answers], Facts] = no_facts
    notice: Callable[[Desk, Answers | None, Answers], Outcome | None] = no_notice
    void: Callable[[Desk, Answers], str | None] = never_void
    left: Callable[[Desk, Answers], Outcome | None] = nothing_left


def may_hold(desk: Desk, who: str) -> bool:
    if who == "citizen":
        return desk.chat.person is None
    if who == "any":
        return True
    return desk.chat.person is not None and (who == "staff" or desk.holds(*who.split("|")))
