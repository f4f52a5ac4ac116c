"""What is compiled late is as sound as what is compiled at once."""

import gc
import pkgutil
import re
from importlib import import_module
from types import ModuleType

import pytest

import handlers
import rules
from rules.expressions import Late, expression


def _imported(package: ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(module.name)


def test_it_answers_as_the_compiled_one() -> None:
    """Its flags hold, and so does every way of asking."""
    late, sound = expression(r"(a)(\d)?", re.IGNORECASE), re.compile(r"(a)(\d)?", re.IGNORECASE)
    assert late.findall("A1 b a") == sound.findall("A1 b a")
    assert late.sub(r"<\1>", "xA1") == sound.sub(r"<\1>", "xA1")
    assert (late.pattern, late.flags) == (sound.pattern, sound.flags)
    found = late.match("xA1", 1)
    assert found is not None
    assert found.span() == (1, 3)


def test_nothing_is_compiled_before_it_is_asked() -> None:
    """A fault in it is told by the first question, so the next test asks every one."""
    broken = expression("(")
    with pytest.raises(re.error):
        broken.search("x")


def test_every_one_of_the_program_can_be_compiled() -> None:
    """A typo is found here, not by the first person whose words it was meant for."""
    _imported(rules)
    _imported(handlers)
    written = [one for one in gc.get_objects() if type(one) is Late and one._text != "("]
    assert len(written) > 50
    for one in written:
        assert one.pattern == one._text
