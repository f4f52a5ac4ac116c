"""A card: one thing that is looked at, and what may be done with it now, as buttons; the way back stands last."""

from collections.abc import Callable

from handlers.forms import Answers, Choice, Facts, Form, Question, chosen


def offered(**styles: str) -> Callable[[Answers, Facts], tuple[Choice, ...]]:
    """What the facts name: `doors`, which open something besides, and `acts`; `styles`: of those that have one."""

    def choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
        acts = (Choice(one, style=styles.get(one, "")) for one in facts["acts"])
        return (*facts.get("doors", ()), *acts, Choice("leave", style="quiet"))

    return choices


def card_form(name: str, *about: str, **styles: str) -> Form:
    act = Question("act", chosen, offered(**styles), asks="choice")
    return Form(name, (act,), about=about, short=True, way_out={"act": "leave"})
