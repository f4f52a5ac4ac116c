"""一键提醒: everybody who has been asked and has not answered is urged in one press, after a look at how many that are. Each unit
once a day, whoever urges; nobody for what waits for ourselves, or has a promised day still to come."""

from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import owed
from handlers.duties.owed import Owed
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from storage import duty_moves
from storage.seated import local_day

NAME = "duties/urge_all"


def opened(desk: Desk, argument: str) -> Outcome:
    if not desk.units("coordinator"):
        return Outcome((Say("staff/todo:unknown"),))
    return Outcome(next=(NAME, {})) if waiting(desk) else Outcome((Say(f"{NAME}:nobody"),))


def waiting(desk: Desk) -> list[Owed]:
    """Whom it would urge."""
    return [one for one in owed.received(desk) if _silent(desk, one) and not urged_today(desk, one)]


def _silent(desk: Desk, one: Owed) -> bool:
    """They have heard of it, or are late, and have not said a word that still holds. Matters are urged one by one."""
    row = one.row
    heard = row.step > 0 or row.due_at < desk.now
    promised = row.promised is not None and row.promised > desk.now
    theirs = one.carrier is None or one.carrier != desk.person
    return heard and theirs and not one.of_matter and not promised and row.asked_until is None


def urged_today(desk: Desk, one: Owed) -> bool:
    """By whichever office."""
    at = duty_moves.last(desk.tx, one.row.id, "urged")
    return at is not None and local_day(desk.plan, at) == local_day(desk.plan, desk.now)


FORM = Form(
    NAME,
    (
        Question(
            "act",
            chosen,
            lambda a, f: (Choice("urge_them", style="primary"), Choice("leave", style="quiet")),
            asks="choice",
        ),
    ),
    way_out={"act": "leave"},
)


def facts(desk: Desk, answers: Answers) -> Facts:
    found = waiting(desk)
    return {"said": {"count": len(found), "units": list(dict.fromkeys(one.row.unit for one in found))}}


def urged(desk: Desk, answers: Answers) -> Outcome:
    """One message to each who hears of it, however many duties it names."""
    if answers["act"] == "leave":
        return Outcome(next=("go.owed", {}))
    hear: dict[int, list[Owed]] = {}
    found = [one for one in waiting(desk) if _still(desk, one)]
    for one in found:
        owed.entered(desk, one, "urged")
        for person in owed.hearers(desk, one):
            hear.setdefault(person, []).append(one)
    for person, ones in hear.items():
        _tell(desk, person, ones)
    return Outcome((Say(f"{NAME}:done", {"count": len(found)}),), ("go.owed", {}))


def _still(desk: Desk, one: Owed) -> bool:
    """Of two who press at once the second urges nobody."""
    held = owed.reach(desk, one.row.id, lock=True)
    return held is not None and held.open and not urged_today(desk, held)


def _tell(desk: Desk, person: int, ones: list[Owed]) -> None:
    if len(ones) == 1:
        owed.tell(desk, ones[0], [person], "urged")
        return
    items = [{"rule": one.row.rule, "period": one.row.period, "unit": one.row.unit} for one in ones]
    say = Say("reminders:duties_urged", {"items": items}, tuple(_door(one) for one in ones))
    others = [person] if person != desk.person else []
    desk.tell(others, say, f"urged:{person}:{desk.now.timestamp()}", owes=len(ones))


def _door(one: Owed) -> Choice:
    return Choice(f"go.duty.{one.row.id}.{one.row.rule}", of=f"case..{one.row.period}.duties")


CONVERSATION = Conversation(FORM, urged, "coordinator", facts)
