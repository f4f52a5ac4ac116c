"""What WeCom's codes mean: each in one group, each group one of the contract's four results, and a remedy in words."""

import pytest

from bot.channels.base import Sent
from bot.channels.wecom import codes
from bot.channels.wecom.api import Barred, Refused, Unreachable, became

MINUTE = 60_000
# code -> what becomes of the message (path/90313)
RESULTS = [
    (40014, Sent("retry", 5_000, "refresh 40014", costs=False)),
    (42001, Sent("retry", 5_000, "refresh 42001", costs=False)),
    (-1, Sent("retry", code="back_off -1")),
    (6000, Sent("retry", code="back_off 6000")),
    (45033, Sent("retry", code="back_off 45033")),
    (-40, Sent("retry", code="back_off -40")),  # not in the table, but their system's
    (45009, Sent("retry", MINUTE, "flood", costs=False)),  # the sender knows this word: the door is silent
    (60020, Sent("retry", MINUTE, "configuration 60020", costs=False)),
    (40056, Sent("retry", MINUTE, "configuration 40056", costs=False)),
    (81013, Sent("gone", code="receiver 81013")),
    (60111, Sent("gone", code="receiver 60111")),
    (95001, Sent("retry", 60 * MINUTE, "window 95001", costs=False)),
    (95002, Sent("retry", 60 * MINUTE, "window 95002", costs=False)),
    (95018, Sent("retry", 60 * MINUTE, "window 95018", costs=False)),
    (45002, Sent("never", code="content 45002")),
    (42014, Sent("never", code="content 42014")),
    (42051, Sent("never", code="content 42051")),
    (40201, Sent("never", code="content 40201")),
    (40007, Sent("retry", code="media 40007")),  # it is uploaded again
    (60140, Sent("never", code="too_late 60140")),
    (42052, Sent("never", code="too_late 42052")),
    (95033, Sent("ok")),  # this msgid was accepted before
    (93000, Sent("gone", code="webhook 93000")),  # a group's webhook is there no more
    (93017, Sent("never", code="content 93017")),
    (123456, Sent("never", code="unknown 123456")),  # set aside, where somebody sees it; nobody's lane stands still
]


@pytest.mark.parametrize(("code", "wanted"), RESULTS)
def test_results(code: int, wanted: Sent) -> None:
    """A code becomes one of the four results; only what nobody but us can do anything about costs a try."""
    assert codes.sent(code) == wanted == became(Refused(code))


def test_one_group_each() -> None:
    """No code stands in two groups."""
    assert len(codes.GROUP_OF) == sum(len(one) for one in codes._CODES.values())


def test_what_went_out() -> None:
    """The parts that went out before are told along with any result."""
    for fault in (Refused(45002), Barred(40001), Unreachable("timeout")):
        sent = became(fault, ("m1",), 1)
        assert (sent.ext_ids, sent.parts) == (("m1",), 1)


@pytest.mark.parametrize("code", [40001, 301007, 45009, 123456, 45002])
def test_without_a_token(code: int) -> None:
    """Whatever gettoken says is no fault of the message's: it waits and is never set aside."""
    sent = became(Barred(code))
    assert sent.result == "retry" and not sent.costs and sent.after_ms == MINUTE


def test_no_answer() -> None:
    """Accepted or not, nobody knows: tried again, under the same key."""
    assert became(Unreachable("timeout")) == Sent("retry", code="no answer: timeout")


def test_remedies() -> None:
    """Each code of the configuration has its sentence in both languages, and no other code has one."""
    configuration = {code for code, group in codes.GROUP_OF.items() if group == "configuration"}
    webhook = set(codes._CODES["webhook"])  # a key is replaced in the group, and in ours
    assert configuration | webhook == set(codes.REMEDIES)
    for code in configuration:
        remedy = codes.remedy(code)
        assert remedy is not None and remedy.zh and remedy.en
    assert codes.remedy(45002) is None
