"""Several counties in one deployment: a conversation is asked once which one it is for, and what was told before is not lost.
One that is served alone needs no question. Once something was submitted a conversation never changes its county."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from handlers import menu, progress
from handlers.desk import Desk
from handlers.forms import MAX_TEXT, Choice, Heard, Say, plain
from rules.marks import happening_now
from storage import attachments

# Small questions whose answer is the same in every county.
_SMALL = {
    "secrecy": "citizens/answers:secrecy",
    "reward": "citizens/answers:reward",
    "hotlines": "common:county_hotlines",
    "asked": "common:county_hotlines",
    "about": "common:county_about",
    "help": "common:help",
}


def not_served(desk: Desk, heard: Heard) -> None:
    """A conversation never changes its county: what belongs to one that is served elsewhere waits for it, untouched."""
    if heard.kind == "file" and heard.file:
        attachments.discard(desk.tx, [heard.file["id"]])
    if heard.kind != "left":
        desk.reply([Say("common:not_served")])


def before(desk: Desk) -> list[dict[str, Any]]:
    """What was told before the county was known."""
    waiting: list[dict[str, Any]] = desk.chat.state.get("before", [])
    return waiting


def _put_by(desk: Desk, heard: Heard) -> bool:
    """Whether there was room for it."""
    waiting = before(desk)
    if not progress.has_room([one["text"] for one in waiting], heard.text):
        return False
    desk.chat.state["before"] = [*waiting, asdict(heard)]
    return True


def _gathered(waiting: Sequence[dict[str, Any]]) -> list[Heard]:
    """What was told piece by piece is one story; what does not fit into one, and files and places, come after it."""
    heard: list[Heard] = []
    for one in sorted((Heard(**one) for one in waiting), key=lambda one: one.kind != "said"):
        if heard and one.kind == "said" and len(heard[-1].text) + len(one.text) < MAX_TEXT:
            heard[-1] = replace(heard[-1], text=f"{heard[-1].text}\n{one.text}")
        else:
            heard.append(one)
    return heard


def once(says: Sequence[Say]) -> list[Say]:
    """Only the last question is put, and nothing is said twice."""
    asked = [say for say in says if say.choices or say.asks]
    told = {say.block: say for say in says if not (say.choices or say.asks)}
    return [*told.values(), *asked[-1:]]


_OF_THE_COUNTY = ("aside", "last", "unwritten")  # tips that were looked for, by number, and what was said of them


def anew(desk: Desk) -> list[Say]:
    """The wrong one was chosen, and nothing was submitted: what was told is kept for the one that is chosen now."""
    asking = Say("common:ask_county", {}, _counties(desk), "choice")
    if desk.chat.person is not None or len(desk.setting.served(desk.chat.channel)) == 1:
        return menu.welcome(desk)
    if desk.chat.state.get("mine"):
        return [Say("common:county_stays")]
    open_ = [*desk.chat.state.get("aside", []), *desk.chat.state.get("stack", [])]
    drafts = [one["answers"] for one in open_ if one["at"] == "citizens/tip"]
    told = [heard for answers in drafts for heard in _told(answers)]
    desk.chat.state["stack"], desk.chat.county = [], None
    for name in _OF_THE_COUNTY:
        desk.chat.state.pop(name, None)
    desk.chat.state["before"] = [asdict(one) for one in told]
    return [*([Say("common:county_kept")] if told else []), asking]


def _told(answers: dict[str, Any]) -> list[Heard]:
    """The words, places and files of a draft, in the order in which they were given."""
    words = [
        Heard("said", answers[name]) for name in ("what", "where", "when", "who") if isinstance(answers.get(name), str)
    ]
    where = answers.get("where")
    spot = [Heard("location", place=(where["lat"], where["lon"]))] if isinstance(where, dict) and "lat" in where else []
    files = [*(answers.get("files") or []), *(answers.get("files+") or [])]
    return [*words, *spot, *(Heard("file", file=one) for one in files)]


def settled(desk: Desk, county: str, heard: Heard) -> list[Heard]:
    """From here on it is this one's. What is to be heard now: what was told before, or this message where nothing was asked."""
    waiting, desk.chat.county, desk.chat.state["shown"] = before(desk), county, []
    if len(desk.setting.served(desk.chat.channel)) == 1:
        return [heard]
    desk.chat.state.pop("before", None)
    return _gathered(waiting)


def asked(desk: Desk, heard: Heard) -> list[Say]:
    """What is urgent, and small questions, are answered at once; that what was told is kept is said."""
    menu.heed_language(desk, heard)
    word, notes = menu.word(desk, heard), list[Say]()
    if word and word[0] in ("zh", "en"):
        desk.chat.language = word[0]
    elif word is not None:
        notes = [Say(_SMALL[word[0]])] if word[0] in _SMALL else []
    elif heard.kind in ("file", "location") or (heard.kind == "said" and plain(heard.text)):
        kept = "common:county_kept" if _put_by(desk, heard) else "common:county_first"
        notes = [*([Say("common:county_urgent")] if happening_now(heard.text) else []), Say(kept)]
    return [*notes, Say("common:ask_county", {}, _counties(desk), "choice")]


def _counties(desk: Desk) -> tuple[Choice, ...]:
    plans = desk.setting.served(desk.chat.channel)
    return tuple(Choice(f"go.county.{key}", plan.name.in_(desk.chat.language)) for key, plan in plans.items())
