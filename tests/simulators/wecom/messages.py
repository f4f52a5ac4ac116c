"""What is on one person's screen: a message, a card as that person sees it, what can be pressed on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .rules import each


@dataclass(frozen=True)
class Button:
    """`key` comes back as a click; a button with `url` opens a page. `menu` is a card's corner menu."""

    label: str
    key: str = ""
    url: str = ""
    menu: bool = False


@dataclass(eq=False)
class Message:
    """One for each receiver: what updates a card for one of them leaves the others' as they were."""

    id: str
    sender: Any  # App or Kf
    kind: str
    content: dict[str, Any]  # what the call has under the name of the type
    at: int
    gone: bool = False
    pressed: str = ""  # the words that took the place of the buttons
    file: Any = None
    codes: list[str] = field(default_factory=list)  # response codes given out for it, at sending and by clicks

    @property
    def text(self) -> str:
        if self.kind == "template_card":
            return "\n".join([*_words(self.content), *([self.pressed] if self.pressed else [])])
        if self.kind == "msgmenu":
            items = (one[one["type"]]["content"] for one in self.content.get("list", []))
            return "\n".join(filter(None, [self.content.get("head_content"), *items, self.content.get("tail_content")]))
        names = ("title", "description", "content", "desc", "name", "address")
        return "\n".join(str(self.content[name]) for name in names if self.content.get(name))

    @property
    def buttons(self) -> list[Button]:
        if self.kind == "template_card":
            return list(_pressable(self.content, bool(self.pressed)))
        if self.kind == "msgmenu":
            return [_item(one) for one in self.content.get("list", []) if one["type"] != "text"]
        return [Button("", "", self.content["url"])] if self.content.get("url") else []

    @property
    def labels(self) -> list[str]:
        return [one.label for one in self.buttons]

    @property
    def options(self) -> dict[str, list[tuple[str, str]]]:
        """What can be selected: question -> (id, words)."""
        return {q["question_key"]: [(o["id"], o["text"]) for o in q["option_list"]] for q in questions(self.content)}

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text!r} {self.labels}>"


def questions(card: dict[str, Any]) -> list[dict[str, Any]]:
    one = [card[name] for name in ("button_selection", "checkbox") if card.get(name)]
    return [asked for asked in [*one, *card.get("select_list", [])] if not asked.get("disable")]


def _item(item: dict[str, Any]) -> Button:
    body = item[item["type"]]
    return Button(body["content"], body.get("id", ""), body.get("url", ""))


WORDS = (
    "source.desc", "main_title.title", "main_title.desc", "emphasis_content.title", "emphasis_content.desc",
    "quote_area.title", "quote_area.quote_text", "sub_title_text",
    "vertical_content_list[].title", "vertical_content_list[].desc", "button_selection.title", "replace_text",
)  # fmt: skip


def _words(card: dict[str, Any]) -> Iterator[str]:
    for where in WORDS:
        yield from (one for one in each(card, where) if one)
    for row in card.get("horizontal_content_list", []):
        yield f"{row['keyname']}：{row.get('value', '')}"


def _pressable(card: dict[str, Any], done: bool) -> Iterator[Button]:
    for one in card.get("action_menu", {}).get("action_list", []):
        yield Button(one["text"], one["key"], menu=True)
    if not done and not card.get("replace_text"):
        for one in [*card.get("button_list", []), *([card["submit_button"]] if card.get("submit_button") else [])]:
            yield Button(one["text"], one.get("key", ""), one.get("url", ""))
    for one in card.get("jump_list", []):
        yield Button(one["title"], "", one.get("url", ""))
    if card.get("card_action", {}).get("url"):
        yield Button("", "", card["card_action"]["url"])
