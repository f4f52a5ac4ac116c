"""What the code says, read from its source: the blocks it names, whatever way a conversation takes."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from bot.app import TEMPLATES
from bot.clean.verdicts import RefusedReason

ROOT = TEMPLATES.parent


def trees(*folders: str) -> list[tuple[Path, ast.Module]]:
    return [
        (path, ast.parse(path.read_text("utf-8")))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names:
            yield node


def texts(node: ast.AST) -> set[str]:
    """The plain strings an expression may be: `"a"`, `"a" if x else "b"`; not the pieces of an f-string."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return set()


def argument(call: ast.Call, position: int, name: str) -> ast.AST:
    named = next((one.value for one in call.keywords if one.arg == name), None)
    return named or (call.args[position] if len(call.args) > position else ast.Constant(None))


def literal_says() -> set[str]:
    return {
        text
        for _, tree in trees("handlers", "reminders")
        for call in calls(tree, "Say")
        for text in texts(argument(call, 0, "block"))
    }


def events() -> set[str]:
    """`reminders:<what>` of functions that say f"reminders:{what}": what their callers give for it."""
    found: set[str] = set()
    for _, tree in trees("handlers"):
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            if any("reminders:{" in ast.unparse(call) for call in calls(function, "Say")):
                position = [one.arg for one in function.args.args].index("what")
                found |= {
                    f"reminders:{text}"
                    for _, caller in trees("handlers")
                    for call in calls(caller, function.name)
                    for text in texts(argument(call, position, "what"))
                }
    return found


def debts() -> set[str]:
    """The kinds of duty that any conversation opens."""
    return {
        text
        for _, tree in trees("handlers")
        for call in calls(tree, "open_")
        for text in texts(argument(call, 1, "kind"))
    }


def refusals() -> set[str]:
    return {
        f"common:why_{text}"
        for _, tree in trees("handlers")
        for call in calls(tree, "Refused")
        for text in texts(argument(call, 0, "why"))
    }


def apologies() -> set[str]:
    whys = {
        text
        for _, tree in trees("bot")
        for call in calls(tree, "Sorry", "_sorry")
        for text in texts(argument(call, 1, "why"))
    }
    return {f"common:http_{why}" for why in whys | {f"file_{one}" for one in get_args(RefusedReason)}}
