"""A file of `counties/` as it is written: YAML, in which nothing stands twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from rules.problems import PlanError, Problem


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A mapping that has a key twice is a fault; YAML would silently keep the second."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' twice", key_node.start_mark)
            seen.add(key)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def read_yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  a subclass of the safe loader
    except OSError as error:
        raise PlanError([Problem(str(path), "", "a file that can be read", error.strerror or "an error")]) from error
    except UnicodeDecodeError as error:
        raise PlanError([Problem(str(path), "", "text in UTF-8", f"another byte at {error.start}")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise PlanError([Problem(str(path), where, "YAML", f"a fault in it ({error.problem})")]) from error
    except yaml.YAMLError as error:
        raise PlanError([Problem(str(path), "", "YAML", "a character YAML does not allow")]) from error
