"""What WeCom refuses, by errcode. [D 90236] is developer.work.weixin.qq.com/document/path/90236, [F] a report from the
field found once, [M] a guess: a mismatch with the live service is looked for among the guesses first."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class Refused(Exception):
    """An answer with an errcode; `more` are its other fields."""

    def __init__(self, code: int, said: str = "", **more: Any) -> None:
        super().__init__(code, said)
        self.code, self.said, self.more = code, said or WORDS.get(code, "refused"), more


class Stray(Refused):
    """WeCom would swallow this or do it; the program must not ask for it."""

    def __init__(self, why: str, code: int = 40058) -> None:
        super().__init__(code, f"simulator: {why}")


@dataclass(frozen=True)
class Limits:
    token_seconds: int = 7200  #          D 91039
    bad_secrets: int = 5  #               D 90313 says "several", the number is M; then 45009 for an hour
    ban_seconds: int = 3600  #            D 90313
    minute: int = 30  #                   D 90312: app -> one member, beyond it dropped in silence
    hour: int = 1000  #                   D 90312
    receivers: int = 1000  #              D 90236
    day_per_account: int = 200  #         D 90312: person-times a day are accounts * 200; the code 45009 is M
    accounts: int = 2000  #               M
    text: int = 2048  #                   D 90236, 94677: bytes, cut; 99110
    webhook: int = 20  #                  D 99110: messages a minute
    check_seconds: int = 1800  #          D 90236: duplicate_check_interval
    check_most: int = 14400  #            D 90236
    task_twice_silent: bool = False  #    D 90236: task_id is unique; 42014 is M. True: [F] errcode 0 and nothing shown
    code_seconds: int = 72 * 3600  #      D 94888
    recall_seconds: int = 24 * 3600  #    D 94867
    media_seconds: int = 3 * 86400  #     D 90253
    oauth_seconds: int = 300  #           D 91023
    budget: int = 5  #                    D 94677
    window_seconds: int = 48 * 3600  #    D 94677
    welcome_seconds: int = 20  #          D 95122
    pull_seconds: int = 600  #            D 94670: token of a callback
    pull_most: int = 1000  #              D 94670
    keep_seconds: int = 3 * 86400  #      D 94670
    tokenless_minute: int = 10  #         D 94670 says "strict", the number is M
    check_timeout: float = 1.0  #         D 90930: GET
    push_timeout: float = 5.0  #          D 90930: POST
    push_retries: int = 3  #              D 90930


LIMITS = Limits()

# D 90313 has the meanings; the English words are those seen in answers [D 90930, F], else ours.
WORDS = {
    -1: "system busy",
    6000: "data version conflict",
    40001: "invalid credential",
    40005: "invalid type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40011: "invalid video size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40032: "invalid user list size",
    40033: "invalid request character",
    40056: "invalid agentid",
    40058: "invalid request parameter",
    40063: "some parameters are empty",
    40096: "invalid external userid",
    40123: "invalid image format",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    41008: "missing code",
    41009: "missing userid",
    41011: "missing agentid",
    41050: "invalid welcome code",
    42001: "access_token expired",
    42014: "invalid task_id",
    42052: "message can not be recalled",
    43012: "callback url required",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    45034: "url without scheme",
    46003: "menu no exist",
    50003: "app disabled",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60140: "response_code used or expired",
    81012: "user & party & tag all empty",
    81013: "user & party & tag all invalid",
    82101: "no update target",
    82102: "target not in message",
    93000: "invalid webhook url",
    95000: "invalid open_kfid",
    95001: "msg count limit",
    95002: "msg time limit",
    95007: "invalid msg token",
    95008: "invalid menu item count",
    95009: "invalid menu item type",
    95016: "service state trans not allowed",
    95018: "send msg session status invalid",
    95033: "msgid repeated",
    301002: "not allow operate another agent with this accesstoken",
}

ADVISED = 0  # a length WeCom only advises ("建议"): nothing is refused, the journal's entry says it
Rule = tuple[str, str, int, int]  # where, unit, most, errcode


def size(value: str, unit: str) -> int:
    return len(value.encode()) if unit == "bytes" else len(value)


def each(body: Any, where: str) -> Iterator[Any]:
    """What is at `a.b[].c`, as often as it is there."""
    step, _, rest = where.partition(".")
    found = body.get(step.removesuffix("[]")) if isinstance(body, dict) else None
    for one in found or [] if step.endswith("[]") else [found]:
        if rest:
            yield from each(one, rest)
        elif one is not None:
            yield one


def check(body: dict[str, Any], rules: list[Rule], advice: list[str]) -> None:
    for where, unit, most, code in rules:
        for value in each(body, where):
            length = len(value) if unit == "items" else size(str(value), unit)
            if length <= most:
                continue
            if code != ADVISED:
                raise Refused(code, f"{where} is longer than {most} {unit}")
            advice.append(where)


def need(body: dict[str, Any], *wheres: str, code: int) -> None:
    for where in wheres:
        if not any(each(body, where)):
            raise Refused(code, f"{where} is missing")


def addresses(body: dict[str, Any], *wheres: str) -> None:
    for where in wheres:
        for url in each(body, where):
            if url and not re.match(r"https?://", url):
                raise Refused(45034)  # D 90313


def cut(text: str, most: int) -> str:
    """At a whole character: M. The documents only say that it is cut."""
    return text.encode()[:most].decode(errors="ignore")


def parsed(raw: bytes) -> tuple[dict[str, Any], bool]:
    """D 90313: broken JSON is no HTTP error, it is read as if empty and errmsg has a warning."""
    if re.search(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}", raw):
        raise Refused(40033)  # D 90313: no \uXXXX; that it holds for every call is M
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        return {}, False
    return (body, True) if isinstance(body, dict) else ({}, False)
