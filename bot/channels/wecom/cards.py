"""What can be pressed: template cards of the staff's app, the menu below its chat, menus of 微信客服; and texts in pieces.

Limits are those of path/90236 (messages, cards), path/94677 (微信客服) and path/90231 (menu), and nothing goes out beyond one of
them. What the vendor only advises (建议) is shortened with "…", and `Card.cut` says so; what it enforces is refused: the
builder returns None, and whoever asked says it with numbers. On the wire a choice is "prompt:choice".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels import parts
from bot.channels.parts import Limit, utf8

TEXT = 2048  # bytes of a text's `content`; beyond them it is cut without a word
URL = 2048
KEY, OPTION_KEY = 1024, 128  # bytes
BUTTONS, OPTIONS, FACTS, LINKS, ACTIONS = 6, 10, 6, 3, 3
TASK = re.compile(r"[0-9A-Za-z_@-]{1,128}")
# Advised, in characters.
TITLE, DESC, SUBTITLE, SOURCE = 36, 44, 160, 20
FACT_NAME, FACT, LINK = 5, 30, 18
BUTTON, OPTION = 10, 16
FIRST, OTHERS = 1, 2  # styles of buttons

Choices = Sequence[tuple[str, str]]  # what comes back, what is read


def texts(text: str, spare: int = 0) -> list[str]:
    """In pieces that are sent one by one, each with room for so many bytes more; none of them empty, which is refused
    (path/90313, 44004)."""
    return [one for one in parts.pieces(unlinked(text), Limit(TEXT - spare, utf8)) if one.strip()]


def fits(text: str) -> bool:
    """As one message."""
    return len(texts(text)) <= 1


def unlinked(text: str) -> str:
    """A text's only markup is <a href="…">. What people write never becomes a link that says one thing and opens another."""
    return re.sub(r"<(?=\s*/?\s*a\b)", "＜", text, flags=re.IGNORECASE)


# -- cards ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Face:
    """What a card says before anything is pressed. `facts`: (name, value); `links`: (words, address)."""

    title: str
    text: str = ""
    desc: str = ""
    source: str = ""
    facts: Choices = ()
    links: Choices = ()


@dataclass(frozen=True)
class Card:
    """`body` is the message's `template_card`. `cut`: something on it is shortened and has to be said in full beside it."""

    body: dict[str, Any]
    cut: bool


def face_of(text: str) -> Face | None:
    """Title and text of a message that fits on a card as it is: its first line, and what follows. None: it goes ahead, as a
    text of its own."""
    title, _, rest = text.strip().partition("\n")
    rest = rest.strip()
    if not title or len(title) > TITLE or len(rest) > SUBTITLE:
        return None
    return Face(title, rest)


def task_id(*names: int | str) -> str:
    """Unique among all cards of the app, for ever: a row's id, and whose it is."""
    made = "-".join(str(one) for one in names)
    if not TASK.fullmatch(made):
        raise ValueError("task_id: 1 to 128 of 0-9 A-Z a-z _ - @")
    return made


def key(prompt: int, choice: str) -> str:
    return f"{prompt}:{choice}"


def text_notice(face: Face, url: str, task: str = "", actions: Choices = (), prompt: int = -1) -> Card | None:
    """Says something and opens a page. `actions` stand in the menu at its corner; then it needs a task."""
    keys = _keys(prompt, actions, KEY)
    if keys is None or not _opens(url) or not (face.title.strip() or face.text.strip()):
        return None
    if actions and (len(actions) > ACTIONS or not TASK.fullmatch(task)):
        return None
    made = _Made("text_notice")
    if not made.face(face):
        return None
    made.body["card_action"] = {"type": 1, "url": url}
    if task:
        made.body["task_id"] = task
    if actions:
        labels = made.labels(actions, BUTTON)
        if labels is None:
            return None
        menu = [{"text": label, "key": one} for label, one in zip(labels, keys, strict=True)]
        made.body["action_menu"] = {"action_list": menu}
    return Card(made.body, made.cut)


def question(
    face: Face, prompt: int, choices: Choices, task: str, confirm: str, ask: str = "", url: str = ""
) -> Card | None:
    """button_interaction: up to six buttons; what is too much or too long for them is a list to pick from, with one button
    (`confirm`) beside it. Nothing can be left unpicked there: the first is, until another one is picked."""
    if not face.title.strip() or not choices or not TASK.fullmatch(task) or (url and not _opens(url)):
        return None
    made = _Made("button_interaction")
    if not made.face(face) or not made.choices(prompt, choices, confirm, ask):
        return None
    made.body["task_id"] = task
    if url:
        made.body["card_action"] = {"type": 1, "url": url}
    return Card(made.body, made.cut)


@dataclass
class _Made:
    """A card being made."""

    kind: str
    body: dict[str, Any] = field(init=False)
    cut: bool = False

    def __post_init__(self) -> None:
        self.body = {"card_type": self.kind}

    def short(self, words: str, most: int) -> str:
        said = parts.shortened(words, Limit(most, len))
        self.cut = self.cut or said != words
        return said

    def face(self, face: Face) -> bool:
        if len(face.facts) > FACTS or len(face.links) > LINKS:
            return False
        if not all(name.strip() for name, _ in face.facts) or not all(w.strip() and _opens(u) for w, u in face.links):
            return False
        main = {"title": self.short(face.title, TITLE), "desc": self.short(face.desc, DESC)}
        self.body["main_title"] = {name: words for name, words in main.items() if words}
        if face.source:
            self.body["source"] = {"desc": self.short(face.source, SOURCE)}
        if face.text:
            self.body["sub_title_text"] = self.short(face.text, SUBTITLE)
        facts = [{"keyname": self.short(n, FACT_NAME), "value": self.short(v, FACT)} for n, v in face.facts]
        links = [{"type": 1, "title": self.short(words, LINK), "url": url} for words, url in face.links]
        self.body |= {"horizontal_content_list": facts} if facts else {}
        self.body |= {"jump_list": links} if links else {}
        return True

    def choices(self, prompt: int, choices: Choices, confirm: str, ask: str) -> bool:
        longest = max(len(label) for _, label in choices)
        few = len(choices) <= BUTTONS
        if few and (longest <= BUTTON or longest > OPTION):
            return self._buttons(prompt, choices)
        return self._selection(prompt, choices, confirm, ask)

    def _buttons(self, prompt: int, choices: Choices) -> bool:
        keys, labels = _keys(prompt, choices, KEY), self.labels(choices, BUTTON)
        if keys is None or labels is None:
            return False
        styles = [FIRST] + [OTHERS] * len(labels)
        self.body["button_list"] = [
            {"text": label, "style": style, "key": one} for label, style, one in zip(labels, styles, keys, strict=False)
        ]
        return True

    def _selection(self, prompt: int, choices: Choices, confirm: str, ask: str) -> bool:
        keys, labels = _keys(prompt, choices, OPTION_KEY), self.labels(choices, OPTION)
        if keys is None or labels is None or len(choices) > OPTIONS or not confirm.strip():
            return False
        options = [{"id": one, "text": label} for one, label in zip(keys, labels, strict=True)]
        asked = {"question_key": key(prompt, ""), "title": ask, "option_list": options}
        self.body["button_selection"] = {name: value for name, value in asked.items() if value}
        self.body["button_list"] = [{"text": self.short(confirm, BUTTON), "style": FIRST, "key": key(prompt, "")}]
        return True

    def labels(self, choices: Choices, most: int) -> list[str] | None:
        """None where two can't be told apart any more."""
        labels = [self.short(label, most) for _, label in choices]
        return labels if len(set(labels)) == len(labels) and all(one.strip() for one in labels) else None


def _keys(prompt: int, choices: Choices, most: int) -> list[str] | None:
    """None where two are the same (path/90313, 42051), or one is too long."""
    keys = [key(prompt, choice) for choice, _ in choices]
    return keys if len(set(keys)) == len(keys) and all(utf8(one) <= most for one in keys) else None


def _opens(url: str) -> bool:
    """Without its scheme an address is refused (path/90313, 45034)."""
    return bool(re.match(r"https?://[^\s/]", url)) and utf8(url) <= URL


# -- menus of 微信客服 ---------------------------------------------------------------------------------------------------

MENU_WORDS = 1024  # bytes of the head, and of the tail
CLICKS = 10
CLICK_ID, CLICK = 128, 128  # bytes


def msgmenu(head: str, prompt: int, choices: Choices, tail: str = "") -> dict[str, Any] | None:
    """The message's `msgmenu`. A click makes the citizen's client say the words, with the id beside them."""
    clicks = [{"id": click_id(prompt, choice), "content": label.strip()} for choice, label in choices]
    ids = {one["id"] for one in clicks}
    if not 0 < len(clicks) <= CLICKS or len(ids) < len(clicks):
        return None
    if any(utf8(one["id"]) > CLICK_ID or not 0 < utf8(one["content"]) <= CLICK for one in clicks):
        return None
    words = {"head_content": unlinked(head), "tail_content": unlinked(tail)}
    if any(utf8(said) > MENU_WORDS for said in words.values()):
        return None
    menu: dict[str, Any] = {name: said for name, said in words.items() if said.strip()}
    return menu | {"list": [{"type": "click", "click": one} for one in clicks]}


def click_id(prompt: int, choice: str) -> str:
    """Only a-zA-Z0-9_ are advised: every other byte of UTF-8, and `_` itself, as `_xx`."""
    return "".join(
        one if one.isascii() and one.isalnum() else "".join(f"_{byte:02x}" for byte in one.encode())
        for one in key(prompt, choice)
    )


# -- the menu below the app's chat -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """Opens `url`, says `key`, or holds what is `below`."""

    name: str
    key: str = ""
    url: str = ""
    below: tuple["Item", ...] = ()


ACROSS, BELOW = 3, 5
NAME, NAME_BELOW, ITEM_KEY, ITEM_URL = 16, 40, 128, 1024  # bytes


def menu(items: Sequence[Item]) -> dict[str, Any]:
    """The body of menu/create. Raises ValueError that says which item is wrong: the words are the house's own."""
    if not 1 <= len(items) <= ACROSS:
        raise ValueError(f"menu: {len(items)} buttons, 1 to {ACROSS} are shown")
    return {"button": [_item(one, NAME) for one in items]}


def _item(item: Item, most: int) -> dict[str, Any]:
    if not item.name.strip() or utf8(item.name) > most:
        raise ValueError(f"menu: {item.name}: {utf8(item.name)} bytes, 1 to {most} are shown")
    if item.below:
        if len(item.below) > BELOW or any(one.below for one in item.below):
            raise ValueError(f"menu: {item.name}: at most {BELOW} below it, and nothing below those")
        return {"name": item.name, "sub_button": [_item(one, NAME_BELOW) for one in item.below]}
    if item.url:
        if not _opens(item.url) or utf8(item.url) > ITEM_URL:
            raise ValueError(f"menu: {item.name}: url: an address with https://, at most {ITEM_URL} bytes")
        return {"type": "view", "name": item.name, "url": item.url}
    if not 0 < utf8(item.key) <= ITEM_KEY:
        raise ValueError(f"menu: {item.name}: key: 1 to {ITEM_KEY} bytes")
    return {"type": "click", "name": item.name, "key": item.key}
