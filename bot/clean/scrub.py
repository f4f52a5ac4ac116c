"""One part of an Office document, stripped in place to what `ooxml` allows.

A sheet has a million elements of a few shapes, so what can be said of a tag and its attributes' names is said once.
Every step is linear in the size of the part, or a hostile one would take hours.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bot.clean import ooxml
from bot.clean.ooxml import MC, NAMESPACES, O, P, R, S, W, X

_SAFE_FIELD = re.compile(ooxml.SAFE_FIELD)
_OUTWARD = re.compile(r"[\[|]")  # [1]Sheet!A1 is another file, cmd|'…' a program
_PEOPLE = {f"{{{W}}}author": ooxml.AUTHOR, f"{{{W}}}initials": ooxml.AUTHOR[0]}
_COMMENTER = {"name": ooxml.AUTHOR, "initials": ooxml.AUTHOR[0]}


def scrub(root: Any, ids: frozenset[str]) -> None:
    """`ids` are the relations that were kept; what refers to any other goes, as does all that is not in `ooxml`."""
    _unfold(root)
    _only_children(root)
    _still_objects(root)
    gone = [element for element in root.iter() if element is not root and _is_left_out(element, ids)]
    for element in gone:
        _remove(element)
    for element in root.iter():
        if _is_telling(element.tag, tuple(element.keys())):
            _scrub_attributes(element)
    _scrub_fields(root)
    for formula in list(root.iter(f"{{{S}}}f")):
        _replace_formula(formula)
    if root.tag == f"{{{S}}}comments":
        _forget_commenters(root)


def needs_scrubbing(element: Any) -> bool:
    """For the second reading: is there still anything that `scrub` takes out?"""
    if element.getparent() is not None and is_foreign(element.tag):
        return True
    told = any(element.get(name) != said for name, said in _said_of_people(element))
    return told or any(is_telling(name) for name in element.attrib)


def _unfold(root: Any) -> None:
    """Where the same thing is written for new and for old programs, take the one that all understand."""
    for element in list(root.iter(f"{{{MC}}}AlternateContent")):
        parent, variants = element.getparent(), [*element.iter(f"{{{MC}}}Fallback"), *element.iter(f"{{{MC}}}Choice")]
        if parent is None:
            continue
        chosen = next((variant for variant in variants if variant.getparent() is element and len(variant)), ())
        for child in list(chosen):
            element.addprevious(child)
        parent.remove(element)


def _only_children(root: Any) -> None:
    allowed = ooxml.CHILDREN.get(root.tag)
    for child in list(root):
        if allowed and local(child.tag) not in allowed:
            root.remove(child)


def _still_objects(root: Any) -> None:
    """An embedded table or film on a slide leaves its picture; without one, its frame goes."""
    for element in list(root.iter(f"{{{P}}}oleObj")):
        frame = next(element.iterancestors(f"{{{P}}}graphicFrame"), None)
        if frame is not None and frame.getparent() is not None:
            for picture in list(element.iter(f"{{{P}}}pic"))[:1]:
                frame.addprevious(picture)
            frame.getparent().remove(frame)


def _is_left_out(element: Any, ids: frozenset[str]) -> bool:
    tag = element.tag
    if is_foreign(tag) or (tag == f"{{{S}}}definedName" and _points_outward(element)):
        return True
    referring = _references(tuple(element.keys()))
    lost = [name for name in referring if element.get(name) not in ids]
    for name in lost:
        del element.attrib[name]
    return bool(lost) and len(lost) == len(referring) and tag not in ooxml.KEPT_WITHOUT_TARGET


@lru_cache(4096)
def _references(attributes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in attributes if name.startswith(f"{{{R}}}") or name == f"{{{O}}}relid")


@lru_cache(4096)
def is_foreign(tag: str) -> bool:
    """Not a word of the standard, or one that a copy leaves out."""
    space, name = namespace(tag), local(tag)
    return space not in NAMESPACES or name in ooxml.LEFT_OUT or (space == X and name.startswith("Fmla"))


def _points_outward(defined_name: Any) -> bool:
    return bool(_OUTWARD.search(defined_name.text or "")) or any(
        key in defined_name.attrib for key in ("xlm", "vbProcedure")
    )


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
        if local(parent.tag) in ooxml.NOT_EMPTY and next(parent.iterchildren(), None) is None:
            _remove(parent)


@lru_cache(4096)
def _is_telling(tag: str, attributes: tuple[str, ...]) -> bool:
    people = local(tag) in ooxml.SHAPE_NAMES or tag == f"{{{P}}}cmAuthor"
    return bool(attributes) and (people or any(name in _PEOPLE or is_telling(name) for name in attributes))


@lru_cache(4096)
def is_telling(attribute: str) -> bool:
    """Says who, when or on which machine, or is no word of the standard."""
    space, name = namespace(attribute), local(attribute)
    if space and space not in NAMESPACES:
        return True
    return (
        name in ooxml.ATTRIBUTES_LEFT_OUT or name.startswith("rsid") or attribute in (f"{{{W}}}date", f"{{{O}}}title")
    )


def _scrub_attributes(element: Any) -> None:
    for name in list(element.attrib):
        if is_telling(name):
            del element.attrib[name]
    if local(element.tag) in ooxml.SHAPE_NAMES:
        element.attrib.pop("title", None)
    for name, said in _said_of_people(element):
        element.set(name, said)


def _said_of_people(element: Any) -> Iterator[tuple[str, str]]:
    """Attributes that name somebody or something and have to be there, with what a copy says instead."""
    if local(element.tag) in ooxml.SHAPE_NAMES:
        yield "name", element.get("id", "1")
    people = _COMMENTER if element.tag == f"{{{P}}}cmAuthor" else _PEOPLE
    yield from ((name, people[name]) for name in element.attrib if name in people)


def _scrub_fields(root: Any) -> None:
    for element in root.iter(f"{{{W}}}instrText", f"{{{W}}}delInstrText"):
        element.text = _field(element.text)
    for element in root.iter(f"{{{W}}}fldSimple"):
        element.set(f"{{{W}}}instr", _field(element.get(f"{{{W}}}instr")))


def _field(instruction: str | None) -> str:
    return instruction if instruction and _SAFE_FIELD.fullmatch(instruction) else ""


def _replace_formula(formula: Any) -> None:
    """A formula becomes its last result: it could fetch from the web, run a program or name a file. One that was never
    computed stays readable as text."""
    cell = formula.getparent()
    value = cell.find(f"{{{S}}}v")
    if formula.text and (value is None or not value.text):
        value = cell.makeelement(f"{{{S}}}v") if value is None else value
        value.text = f"={formula.text}"
        cell.set("t", "str")
        cell.append(value)
    cell.remove(formula)


def _forget_commenters(comments: Any) -> None:
    """Excel writes the name twice: in a list, and as the first line of the comment."""
    authors = list(comments.iter(f"{{{S}}}author"))
    names = {str(number): (author.text or "").strip() for number, author in enumerate(authors)}
    for author in authors:
        author.text = ooxml.AUTHOR
    for comment in comments.iter(f"{{{S}}}comment"):
        name: str = names.get(comment.get("authorId"), "")
        for text in comment.iter(f"{{{S}}}t") if name else ():
            text.text = (text.text or "").replace(name, ooxml.AUTHOR)


def forget() -> None:
    """What was remembered of a document's tags is content, too."""
    for known in (_references, is_foreign, _is_telling, is_telling):
        known.cache_clear()


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def namespace(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
