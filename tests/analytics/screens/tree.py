"""A page as a tree of elements, for tests that read it as a person would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Element | None" = None
    children: "list[Element | str]" = field(default_factory=list)

    def text(self) -> str:
        """All text in it, white space as a browser shows it."""
        parts = [child if isinstance(child, str) else child.text() for child in self.children]
        return " ".join("".join(parts).split())

    def elements(self, tag: str = "", **attributes: str) -> "Iterator[Element]":
        """All in it with this tag and these attributes; `class_` for one of its classes."""
        for child in self.children:
            if isinstance(child, Element):
                if child.matches(tag, attributes):
                    yield child
                yield from child.elements(tag, **attributes)

    def matches(self, tag: str, attributes: dict[str, str]) -> bool:
        wanted = dict(attributes)
        wanted_class = wanted.pop("class_", "")
        return (
            tag in ("", self.tag)
            and (not wanted_class or wanted_class in self.classes())
            and all(self.attributes.get(name) == value for name, value in wanted.items())
        )

    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def cells(self) -> list[str]:
        """The text of each element directly in it."""
        return [child.text() for child in self.children if isinstance(child, Element)]

    def texts(self) -> "Iterator[tuple[Element, str]]":
        """Each piece of text with the element that it stands in."""
        for child in self.children:
            if isinstance(child, Element):
                yield from child.texts()
            else:
                yield self, child

    def ancestors(self) -> "Iterator[Element]":
        """Itself, then outwards."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent


def parse(page: str) -> Element:
    builder = _Builder()
    builder.feed(page)
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self._at = Element("page")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(element)
        if tag not in VOID:
            self._at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.children.append(Element(tag, {name: value or "" for name, value in attrs}, self._at))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._at.tag == tag, f"</{tag}> ends <{self._at.tag}>"
            assert self._at.parent is not None
            self._at = self._at.parent

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)
