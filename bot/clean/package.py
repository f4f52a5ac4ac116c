"""An Office file as what it is inside: parts in a zip, and relations that say which part uses which (OPC, ISO 29500-2).

Read leniently, written strictly: relative targets, one content type per part, no dates, no names of the machine.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.clean.archives import Zip
from bot.clean.verdicts import refuse

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DOCTYPE = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y")
_RELATION_ID = re.compile(r"[A-Za-z_][\w.-]{0,40}")
RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"


@dataclass(frozen=True)
class Relation:
    """`kind` is the last word of a standard relation's address, or the whole address of any other."""

    id: str
    kind: str
    target: str
    external: bool = False


@dataclass(frozen=True)
class Part:
    name: str
    content_type: str
    data: bytes
    relations: tuple[Relation, ...]


def parse(data: bytes) -> Any:
    """The root element, without comments and instructions. Entities and outside references are never followed."""
    from lxml import etree  # type: ignore[import-untyped]

    if _DOCTYPE.search(data):  # forbidden in Office files, and the way to make a small text explode
        raise refuse("bomb")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    return etree.fromstring(data, parser)


def is_readable(package: Zip, name: str) -> bool:
    """Excel's drawings in VML are not always XML."""
    from lxml import etree

    try:
        parse(package.read(name) or b"")
    except etree.XMLSyntaxError:
        return False
    return True


def serialized(root: Any) -> bytes:
    from lxml import etree

    etree.cleanup_namespaces(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def relations_of(package: Zip, part: str) -> tuple[Relation, ...]:
    """What a part (or, for "", the package) refers to, targets resolved to names of parts."""
    folder, name = posixpath.split(part)
    listed = package.read(posixpath.join(folder, "_rels", f"{name}.rels"))
    if listed is None:
        return ()
    return tuple(_relation(folder, item) for item in parse(listed) if _RELATION_ID.fullmatch(item.get("Id", "")))


def _relation(folder: str, item: Any) -> Relation:
    external, target = item.get("TargetMode") == "External", item.get("Target", "")
    kind = item.get("Type", "").removeprefix(OFFICE)
    return Relation(item.get("Id"), kind, target if external else _resolved(folder, target), external)


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")


def written(main: str, parts: Iterable[Part]) -> bytes:
    """The package as bytes. The same parts give the same bytes."""
    parts = list(parts)
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        _put(package, "[Content_Types].xml", _content_types(parts))
        _put(package, "_rels/.rels", _relations("", (Relation("rId1", "officeDocument", main),)))
        for part in parts:
            _put(package, part.name, part.data)
            if part.relations:
                folder, name = posixpath.split(part.name)
                _put(package, posixpath.join(folder, "_rels", f"{name}.rels"), _relations(folder, part.relations))
    return out.getvalue()


def _put(package: ZipFile, name: str, data: bytes | str) -> None:
    entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
    package.writestr(entry, data)


def _content_types(parts: Iterable[Part]) -> str:
    items = [f'<Default Extension="rels" ContentType="{RELATIONS}"/>']
    items += [f"<Override{_attributes({'PartName': '/' + p.name, 'ContentType': p.content_type})}/>" for p in parts]
    return f'{_DECLARATION}<Types xmlns="{_PACKAGE}content-types">{"".join(items)}</Types>'


def _relations(folder: str, relations: Iterable[Relation]) -> str:
    items = []
    for relation in relations:
        target = relation.target if relation.external else posixpath.relpath("/" + relation.target, "/" + folder)
        mode = {"TargetMode": "External"} if relation.external else {}
        described = {"Id": relation.id, "Type": OFFICE + relation.kind, "Target": target} | mode
        items.append(f"<Relationship{_attributes(described)}/>")
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}relationships">{"".join(items)}</Relationships>'


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())
