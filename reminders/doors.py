"""The buttons under a message that tells of several things: in the order of its text, no two called the same."""

from collections.abc import Sequence

from reminders.subjects.subject import Option, Subject

SHOWN = 20  # under one message


def doors(subjects: Sequence[Subject]) -> list[Option]:
    """Where they are of several units each is called by its own. What there is more is one press away."""
    whose = len({_unit(one) for one in subjects}) > 1
    found = [one.door(whose) for one in subjects]
    if len(found) <= SHOWN:
        return found
    rest = "go.todo" if any(one.about for one in subjects) else "go.owed"
    return [*found[: SHOWN - 1], [rest, None, "quiet", None]]


def _unit(subject: Subject) -> str:
    """Whose it is; a filing's is whoever handed it in."""
    return str(subject.told().get("filed_by", subject.row.unit))
