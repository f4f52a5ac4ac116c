"""What readers will be told, as it will look: the very push, veiled by the rule that veils it when it leaves, once for all the
channels where it looks the same."""

import json
from collections.abc import Iterator
from typing import cast

from handlers.coordinators.roster import via
from handlers.desk import EVERYTHING, Desk
from handlers.disclosure import veiled
from handlers.forms import Choice, Say
from handlers.notices import asking_again
from handlers.notices.draft import COMPOSE
from rules.notices import Notice
from storage.queue import Message


def says(desk: Desk, notice: Notice) -> tuple[Say, ...]:
    told = cast(Message, asking_again.push(desk.plan, notice).told(desk.chat.language))
    alike: dict[str, tuple[Message, list[str]]] = {}
    for channel, message in _leaving(desk, told):
        alike.setdefault(json.dumps(message, sort_keys=True), (message, []))[1].append(channel)
    return tuple(say for message, channels in alike.values() for say in _looks(desk, message, channels))


def _leaving(desk: Desk, told: Message) -> Iterator[tuple[str, Message]]:
    """By each door that staff of this county go through: the page, and the bots that let in nobody else."""
    doors = desk.setting.doors
    staffs = desk.setting.for_staff(desk.plan.id)
    pages = [key for key, one in doors.items() if one.stays == "page"]
    for key in (*pages, *staffs):
        yield key, veiled(told, doors[key].disclosure)
    if not pages:
        yield "web", veiled(told, EVERYTHING)


def _looks(desk: Desk, message: Message, channels: list[str]) -> Iterator[Say]:
    named = list(dict.fromkeys(via(desk, one) for one in channels))
    yield Say(f"{COMPOSE}:looks", {"channels": named})
    for block, data in message["says"]:
        yield Say(block, data)
    template = message["says"][-1][0].partition(":")[0]
    words, chat = desk.setting.words, desk.chat
    options = [Choice(key, label, kind) for key, label, _, kind in message["options"]]
    labels = [words.label(one, template, chat.language, chat.county) for one in options]
    if labels:
        yield Say(f"{COMPOSE}:looks_buttons", {"labels": labels})
