"""Which words and buttons mean what, at any moment, by who speaks; and the register of conversations.

A word is looked up before the open form, so nobody is trapped. `go.…` is how a button says such a word; `go.open.NUMBER`
carries an argument. What a person may not hold is refused where it is opened, not hidden here.
"""

import re
import unicodedata
from typing import Any

from handlers import aside, binding, clauses, ours, progress, served, todo
from handlers.bulletins import asked, reading
from handlers.bulletins import section as bulletins
from handlers.citizens import answers, mine
from handlers.citizens import section as citizens
from handlers.coordinators import section as coordinators
from handlers.desk import Conversation, Desk
from handlers.duties import section as duties
from handlers.forms import Answers, Heard, Say, plain
from handlers.liaisons import section as liaisons
from handlers.matters import section as matters
from handlers.meetings import section as meetings
from handlers.notices import section as notices
from handlers.section import Section, joined, named
from handlers.spoken import pressed, steers
from handlers.words import ANY, CITIZEN, ONLY_OUTSIDE, STAFF, folded, said_to_us
from rules.marks import sought


def conversation(name: str) -> Conversation:
    return CONVERSATIONS[name]


def fits(frame: Any) -> bool:
    """Whether a conversation kept from before can go on: it exists, and has what it is about."""
    talk, answers = CONVERSATIONS.get(frame.get("at")), frame.get("answers")
    return talk is not None and isinstance(answers, dict) and all(name in answers for name in talk.form.about)


# -- words ------------------------------------------------------------------------------------------------------------------

_SEARCH = re.compile(r"(?:查|查找|搜索|search|find)(?:\s+|(?=\S*\d))(\S.*)", re.IGNORECASE)
BEGINNING = 400  # characters, by which a language is told
# Two words and no other script: not a plate, a code, or a hello that anybody may say.
_ENGLISH = re.compile(r"(?=.*[a-z])(?=.*[A-Za-z']{2,}[,.!?]?\s+[A-Za-z']{2,})[\x20-\x7e\n’“”]+", re.DOTALL)


def word(desk: Desk, heard: Heard) -> tuple[str, str] | None:
    """(what is meant, its argument), or None for an answer to the open question."""
    choice = pressed(heard, desk.chat.state.get("shown", []))
    if choice is not None:
        return _pressed(choice)
    if heard.kind == "said" and desk.chat.person is not None and (search := _SEARCH.fullmatch(heard.text.strip())):
        return _searched(desk, search[1])
    if heard.kind == "said" and desk.chat.person is None and _names_a_tip(desk, heard):
        return "mine", heard.text
    if (about := _of_people(desk, heard) or _to_read(desk, heard)) is not None:
        return about
    if heard.kind != "said":
        return None
    return _ours(desk, heard) if len(heard.text) <= 40 else _question(desk, heard)


def _ours(desk: Desk, heard: Heard) -> tuple[str, str] | None:
    if served.another(desk, heard):
        return "county", ""
    staff, open_ = desk.chat.person is not None, bool(desk.chat.state.get("stack"))
    name = said_to_us(heard.text, staff)
    if not name and staff and (found := mine.NUMBER.fullmatch(folded(heard.text))) and not _numbers(desk):
        return "open", f"{found[1]}-{found[2]}".upper()
    if not staff and folded(heard.text) in _ALL_IS_WELL and _unfinished(desk):
        name = "cancel"
    if name == "language":
        name = "zh" if desk.chat.language == "en" else "en"
    if not name:
        return _question(desk, heard)
    return None if name in ONLY_OUTSIDE and open_ else (name, "")


def _question(desk: Desk, heard: Heard) -> tuple[str, str] | None:
    return asked.meant(desk, heard.text) if desk.chat.person is None else None


_ALL_IS_WELL = ("没事了", "没事啦", "没事儿了", "现在没事了", "已经没事了")


def _unfinished(desk: Desk) -> bool:
    """A draft stands open, and it is not asked already whether it is to be given up: no second nod gives it up."""
    frame = (desk.chat.state.get("stack") or [{}])[-1]
    draft = fits(frame) and conversation(frame["at"]).form.draft
    return draft and bool(progress.given(frame["answers"])) and frame["answers"].get("*") != progress.LEAVING


def too_little(heard: Heard) -> bool:
    """走私, 😡😡😡: with this nobody begins a story."""
    return heard.kind == "said" and sum(map(str.isalnum, plain(heard.text))) < 3


def heed_language(desk: Desk, heard: Heard) -> None:
    """Who begins in English is answered in English."""
    begins = heard.kind == "said" and desk.chat.person is None and not desk.chat.state.get("stack")
    if begins and _ENGLISH.fullmatch(plain(heard.text)[:BEGINNING]) and not steers(heard.text):
        desk.chat.language = "en"


def _of_people(desk: Desk, heard: Heard) -> tuple[str, str] | None:
    """请假 11-25到11-28, 通讯录 公安, 条款 3.4d, the number of a matter, where no form is filled in: there it is an answer."""
    stack = desk.chat.state.get("stack") or []
    free = not stack or conversation(stack[-1]["at"]).form.short
    if heard.kind != "said" or desk.chat.person is None or not free:
        return None
    return next((found for one in _MEANT if (found := one(desk, heard.text)) is not None), None)


def _to_read(desk: Desk, heard: Heard) -> tuple[str, str] | None:
    """了解 假烟, 典型案例: of citizens, what they would like to read."""
    if heard.kind != "said" or desk.chat.person is not None:
        return None
    return reading.meant(desk.plan, heard.text, not desk.chat.state.get("stack"))


def _numbers(desk: Desk) -> bool:
    stack = desk.chat.state.get("stack") or []
    return bool(stack) and conversation(stack[-1]["at"]).form.numbers


def _names_a_tip(desk: Desk, heard: Heard) -> bool:
    """查询 LZ-12345678, the number alone, number and password: never an answer, but where a number is asked for."""
    stack = desk.chat.state.get("stack") or []
    asked = bool(stack) and stack[-1]["at"] == "citizens/find" and "number" not in stack[-1]["answers"]
    return not asked and bool(mine.NAMED.fullmatch(unicodedata.normalize("NFKC", plain(heard.text))))


def _searched(desk: Desk, words: str) -> tuple[str, str] | None:
    """查 桂B12345. In an open form only where nothing else can be meant: a note may begin with that word too."""
    if found := mine.NUMBER.fullmatch(words):
        return "open", f"{found[1]}-{found[2]}".upper()
    return ("search", words) if sought(words) or not desk.chat.state.get("stack") else None


def _pressed(choice: str) -> tuple[str, str] | None:
    if not choice.startswith("go."):
        return None
    name, _, argument = choice.removeprefix("go.").partition(".")
    return (name, argument) if name in _KNOWN else None


def target(desk: Desk, name: str, argument: str) -> tuple[list[Say], str, Answers]:
    """What is said at once, and which conversation is opened with what."""
    at, given = FORMS[name]
    more = mine.asked(desk, argument) if name == "mine" else {}
    return [Say("citizens/answers:exposed")] if name == "exposed" else [], at, given | more


_NEARLY = re.compile(r"[A-Za-z]{2}\s*[-—]\s*\d{1,12}\W*")  # LZ-1234567: a number in which a digit is missing


def first_words(heard: Heard) -> str:
    """Which conversation the first words open: they are a story, unless they begin with the number of one told before."""
    words = unicodedata.normalize("NFKC", plain(heard.text)) if heard.kind == "said" else ""
    return "citizens/find" if mine.NUMBER.match(words) or _NEARLY.fullmatch(words) else "citizens/tip"


# -- answers without a form ----------------------------------------------------------------------------------------------


def welcome(desk: Desk) -> list[Say]:
    return todo.menu(desk) if desk.chat.person else answers.hello(desk)


def _menu(desk: Desk) -> list[Say]:
    return todo.menu(desk) if desk.chat.person else answers.again(desk)


def so_far(desk: Desk) -> list[Say]:
    """What has been written in an unfinished tip: shown to who comes back to it, or asks."""
    frame: dict[str, Any] = (desk.chat.state.get("stack") or [{"at": "", "answers": {}}])[-1]
    talk = CONVERSATIONS.get(frame["at"])
    if talk is None or not talk.form.draft or not progress.given(frame["answers"]):
        return []
    said = talk.facts(desk, frame["answers"]).get("said", {})
    return [Say(f"{talk.form.name}:so_far", {"answers": frame["answers"], "facts": dict(said)})]


def _recap(desk: Desk) -> list[Say]:
    return so_far(desk) or ([] if desk.chat.state.get("stack") else answers.again(desk))


def _help(desk: Desk) -> list[Say]:
    return (
        [Say("common:help_staff", {"seats": sorted({kind for _, kind in desk.seats})})]
        if desk.chat.person
        else [Say("common:help", {}, answers.MENU)]
    )


def _logout(desk: Desk) -> list[Say]:
    desk.audit("logout", str(desk.person))
    desk.let_go()
    return []


# -- the register --------------------------------------------------------------------------------------------------------

_OWN = Section(
    conversations=named(binding.CONVERSATION, aside.CONVERSATION),
    answers={"menu": _menu, "hello": welcome, "help": _help, "recap": _recap},
    listed={"todo": todo.todo, "ours": ours.ours, "directory": ours.directory, "logout": _logout},
    openers={
        "more": todo.more,
        "search": todo.search,
        "unit": ours.directory_of,
        "plan": clauses.contents,
        "plan_more": clauses.contents,
        "clause": clauses.clause,
    },
    meant=(ours.whose, clauses.meant),
)
# Of `meant`, the first that takes somebody's words has them.
_SECTIONS = (
    citizens.SECTION,
    coordinators.SECTION,
    liaisons.SECTION,
    duties.SECTION,
    matters.SECTION,
    meetings.SECTION,
    notices.SECTION,
    bulletins.SECTION,
    _OWN,
)
CONVERSATIONS = joined(one.conversations for one in _SECTIONS)
FORMS = joined(one.forms for one in _SECTIONS)
ANSWERS = joined(one.answers for one in _SECTIONS)
STAFF_ANSWERS = joined(one.listed for one in _SECTIONS)
OPENERS = joined(one.openers for one in _SECTIONS)
READINGS = joined(one.readings for one in _SECTIONS)
_MEANT = tuple(one for section in _SECTIONS for one in section.meant)
_KNOWN = {*ANY, *CITIZEN, *STAFF, *OPENERS, *READINGS} - {"language"}  # which is no button
