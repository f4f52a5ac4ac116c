"""The words of Office Open XML (ISO 29500, transitional) that a copy may contain, and what is left out.

Only data. A part not named here is not copied, an element of another namespace is not copied, so what a later Office
version adds is left behind until somebody has looked at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_OPEN = "http://schemas.openxmlformats.org/"
_VND = "application/vnd.openxmlformats-officedocument."
_MICROSOFT = "urn:schemas-microsoft-com:"
_SHAPES = "http://schemas.microsoft.com/office/word/2010/wordprocessing"

W = f"{_OPEN}wordprocessingml/2006/main"
S = f"{_OPEN}spreadsheetml/2006/main"
P = f"{_OPEN}presentationml/2006/main"
R = f"{_OPEN}officeDocument/2006/relationships"
O = f"{_MICROSOFT}office:office"  # noqa: E741
X = f"{_MICROSOFT}office:excel"
MC = f"{_OPEN}markup-compatibility/2006"
XML = "http://www.w3.org/XML/1998/namespace"
NAMESPACES = frozenset(
    {W, S, P, R, O, X, XML, f"{_MICROSOFT}vml", f"{_MICROSOFT}office:word", f"{_MICROSOFT}office:powerpoint"}
    | {
        f"{_OPEN}drawingml/2006/{name}"
        for name in ("main", "picture", "chart", "chartDrawing", "diagram", "lockedCanvas")
    }
    | {f"{_OPEN}drawingml/2006/{name}" for name in ("wordprocessingDrawing", "spreadsheetDrawing")}
    | {f"{_OPEN}officeDocument/2006/math", f"{_SHAPES}Shape", f"{_SHAPES}Group", f"{_SHAPES}Canvas"}
)


@dataclass(frozen=True)
class Form:
    """One of the three programs: what its copy is, what it begins with, and the parts reached, by relation."""

    extension: str
    mime: str
    folder: str
    root: str
    main: str
    parts: Mapping[str, str]


_DRAWN = {
    "theme": f"{_VND}theme+xml",
    "themeOverride": f"{_VND}themeOverride+xml",
    "chart": f"{_VND}drawingml.chart+xml",
    "chartUserShapes": f"{_VND}drawingml.chartshapes+xml",
    "diagramData": f"{_VND}drawingml.diagramData+xml",
    "diagramLayout": f"{_VND}drawingml.diagramLayout+xml",
    "diagramQuickStyle": f"{_VND}drawingml.diagramStyle+xml",
    "diagramColors": f"{_VND}drawingml.diagramColors+xml",
    "vmlDrawing": f"{_VND}vmlDrawing",
}


def _named(language: str, *names: str) -> dict[str, str]:
    return {name: f"{_VND}{language}.{name}+xml" for name in names}


_WORD = Form(
    "docx",
    f"{_VND}wordprocessingml.document",
    "word",
    f"{{{W}}}document",
    f"{_VND}wordprocessingml.document.main+xml",
    _DRAWN
    | _named("wordprocessingml", "styles", "settings", "fontTable", "numbering", "footnotes", "endnotes")
    | _named("wordprocessingml", "comments", "header", "footer"),
)
_EXCEL = Form(
    "xlsx",
    f"{_VND}spreadsheetml.sheet",
    "xl",
    f"{{{S}}}workbook",
    f"{_VND}spreadsheetml.sheet.main+xml",
    _DRAWN
    | _named("spreadsheetml", "worksheet", "chartsheet", "sharedStrings", "styles", "comments", "table")
    | {"drawing": f"{_VND}drawing+xml"},
)
_SLIDES = Form(
    "pptx",
    f"{_VND}presentationml.presentation",
    "ppt",
    f"{{{P}}}presentation",
    f"{_VND}presentationml.presentation.main+xml",
    _DRAWN
    | _named("presentationml", "slide", "slideLayout", "slideMaster", "notesSlide", "notesMaster", "handoutMaster")
    | _named("presentationml", "tableStyles", "comments", "commentAuthors"),
)
FORMS = {"docx": _WORD, "docm": _WORD, "xlsx": _EXCEL, "xlsm": _EXCEL, "pptx": _SLIDES, "pptm": _SLIDES}

# Of these parts, whatever their relation's name, only the children listed stay.
CHILDREN = {
    f"{{{W}}}settings": {
        "zoom", "view", "mirrorMargins", "trackRevisions", "defaultTabStop", "autoHyphenation", "evenAndOddHeaders",
        "characterSpacingControl", "drawingGridHorizontalSpacing", "drawingGridVerticalSpacing", "footnotePr",
        "endnotePr", "compat", "mathPr", "themeFontLang", "clrSchemeMapping", "decimalSymbol", "listSeparator",
    },
    f"{{{S}}}workbook": {"workbookPr", "bookViews", "sheets", "definedNames"},
    f"{{{P}}}presentation": {
        "sldMasterIdLst", "notesMasterIdLst", "handoutMasterIdLst", "sldIdLst", "sldSz", "notesSz", "defaultTextStyle",
    },
}  # fmt: skip

# Elements of the standard that carry people, machines, programs or links between copies of one document.
LEFT_OUT = frozenset({
    "extLst", "custDataLst", "custData", "customXmlPr", "smartTagPr", "smartTags", "dataBinding", "alias", "tag",
    "fldData", "entryMacro", "exitMacro", "permStart", "permEnd", "docVars", "mailMerge",
    "rsid", "rsids", "nsid", "tmpl",  # random numbers of one machine
    "timing", "transition", "controls", "control", "oleObjects", "OLEObject", "signatureline", "ink", "externalData",
    "pivotSource", "pivotFmts", "customSheetViews", "customProperties", "webPublishItems", "scenarios",
    "protectedRanges", "sheetProtection", "calculatedColumnFormula", "totalsRowFormula",
})  # fmt: skip
# Elements that keep their sense, and their text, when what they referred to is gone.
KEPT_WITHOUT_TARGET = frozenset({f"{{{W}}}hyperlink", f"{{{S}}}hyperlink", f"{{{S}}}pageSetup"})
NOT_EMPTY = frozenset(
    {"tableParts", "hyperlinks", "notesMasterIdLst", "handoutMasterIdLst", "definedNames", "embeddedFontLst"}
)

ATTRIBUTES_LEFT_OUT = frozenset({
    "codeName", "macro", "textlink", "action", "href", "src", "alt", "descr", "guid", "dt", "userName", "comment",
    "description", "help", "statusBar",
})  # fmt: skip
SHAPE_NAMES = ("docPr", "cNvPr")  # Word and phones put the picture's file name, path or a guess at its content here
# Fields that compute something from the document itself; others name files, people or programs and keep their result.
SAFE_FIELD = r"\s*(PAGE|NUMPAGES|SECTION|SECTIONPAGES|TOC|PAGEREF|REF|NOTEREF|SEQ|STYLEREF)\b[^:/]*"
AUTHOR = "Author"
