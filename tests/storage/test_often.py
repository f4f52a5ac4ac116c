"""Rows of which everything is read many times."""

from sqlalchemy import create_engine, literal, select

from storage.often import often


def test_the_same_by_the_same_names() -> None:
    """Whoever reads them cannot tell, and what another statement asks for has its own names."""
    with create_engine("sqlite://").connect() as connection:
        rows = connection.execute(select(literal(1).label("id"), literal("town_1").label("unit"))).all()
        others = connection.execute(select(literal(2).label("lane"))).all()
    assert often(rows) == rows and often(rows)[0].unit == "town_1" and often(rows)[0].id == 1
    assert often(others)[0].lane == 2
    assert often([]) == []
