"""No word for a person stands outside what translates it: neither in a template nor in Python."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")

# Templates

SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}
UNSPOKEN_ELEMENTS = {"code", "kbd", "script", "style"}
NAMES = {"Fascicle", "SHA", "UTC"}
TRANSLATED = re.compile(
    r"{%-?\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{#.*?#}|{%\s*comment\b.*?endcomment\s*%}",
    re.DOTALL,
)
TAGS = re.compile(r"{%\s*block width\s*%}.*?{%\s*endblock\s*%}|{%.*?%}|{{.*?}}", re.DOTALL)
ATTRIBUTE = re.compile(r"\b[\w-]+=\"[^\"]*\"")
LITERAL_FILTER = re.compile(r"\|default(?:_if_none)?:\"[^\"]*[A-Za-z]{2}|\|pluralize")
LITERAL_ARGUMENT = re.compile(r"{%\s*include\b[^%]*=\"[A-Z][a-z]+[^%]*%}")


class Words(HTMLParser):
    """The words that are written into a page: its text, and the attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in UNSPOKEN_ELEMENTS
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in UNSPOKEN_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def in_template(source: str) -> list[str]:
    """What of a template would be said as it stands there, whatever the language."""
    rest = re.sub(r"<(/?)(?={[%{])", r"<\1x ", TRANSLATED.sub("", source))
    parser = Words()
    parser.feed(TAGS.sub("", rest))
    parser.close()
    # A template may hold nothing but attributes, for the inside of an element.
    spoken = (" ".join(ATTRIBUTE.sub("", text).split()) for text in parser.found)
    found = [text for text in spoken if set(LATIN_WORD.findall(text)) - NAMES]
    return found + LITERAL_FILTER.findall(rest) + LITERAL_ARGUMENT.findall(rest)


TEMPLATES = sorted(
    path for ending in ("html", "svg", "txt") for path in (ROOT / "templates").rglob(f"*.{ending}")
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_word_of_a_template_stands_outside_the_tags_that_translate(path: Path) -> None:
    assert in_template(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p title="A word">Said <code>not this</code> {{ x }}</p>', ["A word", "Said"]),
        ("<{% if x %}p{% endif %} class='a'>{% translate 'Said' %}</p>", []),
        ('{% include "a.html" with label="Said" %}', ['{% include "a.html" with label="Said" %}']),
        ('{{ day|default:"never" }}', ['|default:"neve']),
        ("{% blocktranslate %}Said {{ x }}{% endblocktranslate %} Fascicle, UTC", []),
    ],
)
def test_the_rule_for_templates_finds_what_it_should(source: str, found: list[str]) -> None:
    assert [each[: len(wanted)] for each, wanted in zip(in_template(source), found, strict=True)] == found


# Python: what screens, services and checks say is a whole sentence inside a call that translates it. What is
# exported is English whoever asks for it, so that the same data are the same file.

SPEAKING = (
    *("trial/screens", "trial/services", "trial/api", "trial/crf"),
    *("forms_app/screens", "forms_app/services", "forms_app/api", "forms_app/checks", "forms_app/selectors"),
    *("forms_app/evidence", "forms_app/paper", "analytics/screens", "analytics/api"),
)
TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "gettext_lazy", "N_", "sentence"}
# What only machines, logs and documents for machines hold.
UNSPOKEN_CALLS = {
    *(
        "require",
        "AssertionError",
        "ValueError",
        "LookupError",
        "extend_schema",
        "OpenApiExample",
        "OpenApiParameter",
    ),
    *("critical", "error", "exception", "info", "warning"),
}
UNSPOKEN_NAMES = {"help_text", "description", "__doc__"}
MARKUP = ("<", "select ", "where ", "with looked_at ", "from trial_event ", "and not (", "e.id = any(")
# The notation of CDISC, and the examples of the document of the API.
UNSPOKEN_MODULES = {"forms_app/paper/annotation.py", "trial/api/examples.py"}

SENTENCE = re.compile(r"[A-Z“][^\n]*[a-z,] [a-z][^\n]*[.?!…]")
GLUED = re.compile(r"[A-Za-z]{2,} [a-z]{2,}|[A-Z][a-z]+ $")


def in_python(node: ast.AST) -> Iterator[str]:
    """The sentences below a node that no call translates."""
    for child in ast.iter_child_nodes(node):
        if _is_unspoken(child):
            continue
        if isinstance(child, ast.Constant):
            if isinstance(child.value, str) and SENTENCE.fullmatch(child.value):
                yield child.value
        elif isinstance(child, ast.JoinedStr):
            if _is_glued(child):
                yield ast.unparse(child)
        else:
            yield from in_python(child)


def _is_glued(text: ast.JoinedStr) -> bool:
    parts = [str(part.value) for part in text.values if isinstance(part, ast.Constant)]
    return any(map(GLUED.search, parts)) and not parts[0].lstrip().startswith(MARKUP)


def _is_unspoken(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert():
            return True
        case ast.keyword(arg=name):
            return name in UNSPOKEN_NAMES
        case ast.Dict(keys=keys):
            return any(isinstance(key, ast.Constant) and key.value in UNSPOKEN_NAMES for key in keys)
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in TRANSLATING | UNSPOKEN_CALLS
    return False


MODULES = sorted(
    path
    for folder in SPEAKING
    for path in (ROOT / folder).rglob("*.py")
    if str(path.relative_to(ROOT)) not in UNSPOKEN_MODULES
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_of_python_is_said_untranslated(path: Path) -> None:
    assert list(in_python(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('say("Nothing was saved.")', ["Nothing was saved."]),
        ('say(f"The form {x} is not there")', ["f'The form {x} is not there'"]),
        ('"""A docstring is no message."""', []),
        ('say(_("Nothing was saved."), N_("And nothing is."))', []),
    ],
)
def test_the_rule_for_python_finds_what_it_should(source: str, found: list[str]) -> None:
    assert list(in_python(ast.parse(source))) == found
