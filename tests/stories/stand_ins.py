"""Who acts for a seat that nobody holds, said a second time from the words of decision 0010 and not from the code."""

Seats = frozenset[tuple[str, str]]
BEFORE_OTHERS = ("leader", "liaison", "coordinator", "duty")


def acts_for(held: Seats, empty: Seats, seats: Seats) -> tuple[Seats, Seats]:
    """For whom these seats act: of the empty ones those of their own units, where no other of the unit comes first, and, at most
    coordinators, those of units where nobody is."""
    first = {
        (unit, seat): next(((unit, one) for one in BEFORE_OTHERS if (unit, one) in held), None) for unit, seat in empty
    }
    own = frozenset(one for one, inside in first.items() if inside in seats)
    office = any(seat == "coordinator" for _, seat in seats)
    return own, frozenset(one for one, inside in first.items() if inside is None and office)
