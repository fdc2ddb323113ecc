"""XML of strangers as a plain tree: no document types, no entities, bounded in size, depth and number of elements."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from guatu.projects.rules.plans.problems import UnreadablePlan

MOST_BYTES = 64 * 1024 * 1024
MOST_DEPTH = 40
MOST_ELEMENTS = 4_000_000


@dataclass(slots=True)
class Element:
    """`tag` is without its namespace. `text` is only kept where there are no children."""

    tag: str
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        return [child for child in self.children if child.tag == tag]

    def one(self, tag: str) -> Element | None:
        for child in self.children:
            if child.tag == tag:
                return child
        return None

    def value(self, tag: str) -> str:
        """The text of a child; "" when it is missing or empty."""
        found = self.one(tag)
        return "" if found is None else found.text.strip()


def read_tree(data: bytes) -> Element:
    """The outermost element. Raises UnreadablePlan."""
    if len(data) > MOST_BYTES:
        raise UnreadablePlan("file_large", size=len(data) // 1024 // 1024, most=MOST_BYTES // 1024 // 1024)
    if not data.strip():
        raise UnreadablePlan("file_empty")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as fault:
        raise UnreadablePlan("xml_faulty", fault=expat.ErrorString(fault.code), line=fault.lineno) from None
    except (LookupError, UnicodeError):  # an encoding that nobody knows
        raise UnreadablePlan("file_encoding") from None
    assert reader.root is not None
    return reader.root


def _refuse(*_arguments):
    raise UnreadablePlan("xml_doctype")


class _Reader:
    def __init__(self):
        self.root: Element | None = None
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.count = 0

    def start(self, name: str, _attributes: dict) -> None:
        self.count += 1
        if len(self.open) >= MOST_DEPTH or self.count > MOST_ELEMENTS:
            raise UnreadablePlan("xml_deep", most=MOST_DEPTH)
        element = Element(name.rpartition(" ")[2])
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.texts.append([])

    def end(self, _name: str) -> None:
        element, texts = self.open.pop(), self.texts.pop()
        if not element.children:
            element.text = "".join(texts)

    def text(self, text: str) -> None:
        self.texts[-1].append(text)
