"""A notice's life as a table, what may be asked for, and what counts as read."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from rules import county
from rules.notices import GONE, MOVES, Category, Move, Read, Standing, Status, Want, may_be_told, moved
from rules.terms import Origin, Text
from tests.town import ROOT

# status: what may be done with it, and where it stands then
LIFE: dict[Status, dict[Move, Status]] = {
    "waiting": {
        "submit": "waiting",
        "plan": "planned",
        "approve": "planned",
        "return": "returned",
        "cancel": "cancelled",
    },
    "returned": {"submit": "waiting", "plan": "planned", "cancel": "cancelled"},
    "planned": {"submit": "waiting", "plan": "planned", "go": "sent", "cancel": "cancelled"},
    "sent": {"cancel": "cancelled", "recall": "recalled", "replace": "replaced"},
    "cancelled": {"recall": "recalled", "replace": "replaced"},
    "recalled": {},
    "replaced": {},
}


@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize("move", get_args(Move))
def test_each_move_leads_where_it_should_or_nowhere(status: Status, move: Move) -> None:
    """Nothing but what the table says can be done."""
    assert moved(status, move) == LIFE[status].get(move)


def test_nothing_goes_that_was_not_approved_as_it_stands() -> None:
    """Only what is planned goes, and what waits or was handed back is planned by a second person's word or by being written anew
    in a category that wants none."""
    assert [move for move, (_, after) in MOVES.items() if after == "sent"] == ["go"]
    assert MOVES["go"][0] == {"planned"}
    assert {move for move, (_, after) in MOVES.items() if after == "planned"} == {"approve", "plan"}
    assert Category("c", Text("通报", "Circular"), ("read",), Origin.DEFAULT, approval=True).begins == "submit"
    assert Category("n", Text("通知", "Notice"), ("read",), Origin.DEFAULT).begins == "plan"


def test_what_has_gone_is_never_written_anew() -> None:
    """What somebody may have is corrected by another."""
    for move in ("submit", "plan", "approve", "return", "go"):
        assert not MOVES[move][0] & GONE  # type: ignore[index]


NINE = datetime(2026, 11, 24, 1, tzinfo=UTC)
TEN, ELEVEN = NINE + timedelta(hours=1), NINE + timedelta(hours=2)
# fmt: off
READ: list[tuple[Read, Standing, datetime | None, set[Want]]] = [
    # what somebody did, what that is called, since when, of which wants it still owes something
    (Read(),                                          "unread",    None,   {"read", "answer", "attend"}),
    (Read(opened=NINE),                               "opened",    NINE,   {"answer", "attend"}),
    (Read(opened=NINE, confirmed=TEN),                "confirmed", TEN,    {"answer", "attend"}),
    (Read(opened=NINE, confirmed=TEN, answered=ELEVEN), "answered", ELEVEN, set()),
    (Read(answered=ELEVEN),                           "answered",  ELEVEN, set()),
]
# fmt: on


@pytest.mark.parametrize(("read", "standing", "latest", "owes"), READ)
def test_the_most_that_was_done_counts(
    read: Read, standing: Standing, latest: datetime | None, owes: set[Want]
) -> None:
    """With the moment of that, and not of what came before; opening is reading, and no answer."""
    assert (read.standing, read.latest) == (standing, latest)
    assert {want for want in get_args(Want) if read.owes(want)} == owes


@pytest.mark.parametrize("live", [None, date(2099, 1, 4), date(2026, 9, 1)])
def test_people_can_be_told_before_their_county_goes_live(live: date | None) -> None:
    """That day begins the plan's duties; a notice is for whoever sits there already. Not for the office that writes it."""
    plan = county.load([ROOT / "counties/yangxi.yaml"])["yangxi"].model_copy(update={"goes_live": live})
    told = may_be_told(plan, "anti_counterfeit_office")
    assert {"police", "tobacco"} < set(told) and "anti_counterfeit_office" not in told
