"""Word, Excel and PowerPoint copies: rebuilt from the parts a reader sees, each stripped to the standard's own words.

Nothing is removed by name alone: a part is kept only when it is reached by a relation that `ooxml` lists. Properties,
thumbnails, macros, embedded programs and files, templates, printers, connections, people and signatures stay behind.
What remains loses authors, dates and the marks by which two documents of one machine are recognised; pictures are made
anew. The result is read again.
"""

import posixpath
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from bot.clean import ooxml
from bot.clean.archives import Zip
from bot.clean.images import clean_image, pixels_of
from bot.clean.layout import is_bare
from bot.clean.ooxml import Form
from bot.clean.package import Part, Relation, is_readable, parse, relations_of, serialized, written
from bot.clean.scrub import forget, needs_scrubbing, scrub
from bot.clean.verdicts import MAX_FILE, Cleaned, Halt, Kind, WithheldReason, refuse, withhold

MAX_XML = 48 * 1024 * 1024
MAX_PIXELS = 400_000_000  # in all pictures together: what comes after is left blank

_STRAIGHT = re.compile(r"(word|xl|ppt)/([A-Za-z]+/)*[A-Za-z]+\d*\.(xml|vml)")
_PICTURE = re.compile(r"(word|xl|ppt)/media/image\d+\.(png|jpg)")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_WITHHELD: dict[str, WithheldReason] = {
    "office": "encrypted",
    "doc": "old_office",
    "xls": "old_office",
    "ppt": "old_office",
    "rtf": "old_office",
}


def clean_office(kind: Kind, data: bytes) -> Cleaned:
    """A copy in today's format without macros: a .docm gives a .docx. Withheld for older and other formats."""
    form = ooxml.FORMS.get(kind.extension)
    if form is None:
        raise withhold(_WITHHELD.get(kind.extension, "uncleanable"))
    try:
        package = Zip(data)
        main = next(
            (r.target for r in relations_of(package, "") if r.kind == "officeDocument" and not r.external), None
        )
        if main is None:  # the strict variant, which names its relations otherwise
            raise withhold("uncleanable")
        parts = Rebuilding(package, form).parts(main)
        copy = written(parts[0].name, parts)
        _recheck(copy, form)
    finally:
        forget()
    return Cleaned(copy, form.mime, form.extension)


class Rebuilding:
    """One document on its way into its copy: walks from the main part along the relations that may be followed."""

    def __init__(self, package: Zip, form: Form) -> None:
        self._package, self._form = package, form
        self._names: dict[str, str] = {}
        self._waiting: deque[tuple[str, str]] = deque()
        self._pictures: list[Part] = []
        self._xml = self._pixels = 0

    def parts(self, main: str) -> list[Part]:
        """The main part first."""
        self._await(main, self._form.main)
        parts = []
        while self._waiting:
            parts.append(self._part(*self._waiting.popleft()))
        return parts + self._pictures

    def _part(self, source: str, content_type: str) -> Part:
        data = self._package.read(source)
        if data is None:
            raise refuse("damaged")
        self._xml += len(data)
        if self._xml > MAX_XML:
            raise withhold("uncleanable")
        root = parse(data)
        if content_type == self._form.main and root.tag != self._form.root:
            raise withhold("uncleanable")
        relations = tuple(self._followed(source))
        scrub(root, frozenset(relation.id for relation in relations))
        return Part(self._names[source], content_type, serialized(root), relations)

    def _followed(self, source: str) -> Iterator[Relation]:
        for relation in relations_of(self._package, source):
            if not _is_followed(relation, self._form):
                continue
            if relation.external:
                yield relation
            elif relation.target in self._names or self._adopt(relation):
                yield replace(relation, target=self._names[relation.target])

    def _adopt(self, relation: Relation) -> bool:
        """Take in a part that was not met before, if it is there and can be read."""
        if relation.target not in self._package.names:
            return False
        if relation.kind == "image":
            self._names[relation.target] = self._picture(relation.target)
            return True
        if relation.kind == "vmlDrawing" and not is_readable(self._package, relation.target):
            return False
        self._await(relation.target, self._form.parts[relation.kind])
        return True

    def _await(self, source: str, content_type: str) -> None:
        straight = _STRAIGHT.fullmatch(source) and source.startswith(self._form.folder)
        self._names[source] = source if straight else f"{self._form.folder}/part{len(self._names)}.xml"
        self._waiting.append((source, content_type))

    def _picture(self, source: str) -> str:
        made = self._made_anew(self._package.read(source, MAX_FILE) or b"")
        name = f"{self._form.folder}/media/image{len(self._pictures) + 1}.{made.extension}"
        self._pictures.append(Part(name, made.mime, made.data, ()))
        return name

    def _made_anew(self, data: bytes) -> Cleaned:
        """Drawings of Windows (EMF, WMF), damaged pictures and those beyond the budget leave a grey point."""
        try:
            self._pixels += pixels_of(data)
            if self._pixels <= MAX_PIXELS:
                return clean_image(data, upright=False)
        except Halt:
            return _blank()
        return _blank()


def _blank() -> Cleaned:
    from PIL import Image

    out = BytesIO()
    Image.new("L", (1, 1), 200).save(out, "PNG")
    return Cleaned(out.getvalue(), "image/png", "png")


def _is_followed(relation: Relation, form: Form) -> bool:
    if relation.external:
        return relation.kind == "hyperlink" and _WEB.fullmatch(relation.target) is not None
    return relation.kind == "image" or relation.kind in form.parts


def _recheck(copy: bytes, form: Form) -> None:
    """Read the copy as a stranger would: whatever should be gone and isn't, and there is no copy."""
    package = Zip(copy)
    for name in package.names - {"[Content_Types].xml", "_rels/.rels"}:
        if name.endswith(".rels"):
            folder, part = posixpath.split(name)
            told = relations_of(package, posixpath.join(posixpath.dirname(folder), part.removesuffix(".rels")))
            fine = all(_is_followed(r, form) and (r.external or r.target in package.names) for r in told)
        elif _PICTURE.fullmatch(name):
            mime = "image/png" if name.endswith("png") else "image/jpeg"
            fine = is_bare(mime, package.read(name, MAX_FILE) or b"")
        else:
            fine = _STRAIGHT.fullmatch(name) is not None and _is_clean(package.read(name, 2 * MAX_XML) or b"")
        if not fine:
            raise withhold("uncleanable")


def _is_clean(data: bytes) -> bool:
    return not any(needs_scrubbing(element) for element in parse(data).iter())
