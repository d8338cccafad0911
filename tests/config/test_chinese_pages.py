"""A walk through every page in Chinese: no English is left but names, codes, units and what people typed."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import NAMES
from tests.config.test_every_address import ROWS, Address  # so that no address is left out
from tests.world import Of, World
from trial.access import Right
from trial.models import User

VOID = {"br", "hr", "img", "input", "link", "meta", "line", "path", "polygon", "polyline", "rect", "use"}
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
UNSPOKEN_ELEMENTS = {"code", "kbd", "script", "style", "textarea"}

# A word, and not a code in capital letters.
WORD = re.compile(r"\b(?=[A-Za-z]*[a-z])[A-Za-z]{2,}\b")

PRODUCT = ("Fascicle", "Excel", "OpenAPI", "Python", "Parquet", "Stata", "REDCap", "Webhook")
STANDARDS = (
    "Dataset-JSON",
    "Define-XML",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "read committed",
    "zip",
)
SENT = (
    "application/json",
    "multipart/form-data",
    "https",
    "file",
    "kind",
    "confirmed",
    "fields",
    "next",
    "results",
)
UNITS = ("deg", "mg/mL", "mgI/mL", "mg/d", "mg", "mL", "mm", "cm", "kg", "min", "MHz", "mGy")
TERMS = ("HbA1c", "Pfirrmann", "Goutallier", "Schizas", "Modic", "mmHg")
METHODS = ("Kenward", "Roger", "Toeplitz", "Clopper", "Pearson", "Rubin", "logit", "numpy", "scipy", "engine")
FILES = ("dictionary.csv", "data.csv", "mapping.csv", "participants.csv")
WORKS_CITED = ("Armitage, McPherson & Rowe",)
TYPED = ("Is this so?", "Headache", "Admitted for one night.", "Investigator", "a typing error", "ill")
REASONS = ("a late report", "end of the study", "Taken from the scanner later")
# What the trail keeps where nobody wrote a reason.
KEPT = ("Settled",)
DEVICES = ("Phone",)
DRUGS = ("Paracetamol", "Bupivacaine", "Ibuprofen")
PEOPLE = (*NAMES.values(), *NAMES, "Dora Both", "North", "South", "example.org")
# Between braces stands what a script puts there.
ALLOWED = re.compile(
    r"{\w+}|"
    + "|".join(
        rf"(?<![A-Za-z]){re.escape(words)}(?![A-Za-z])"
        for group in (
            PRODUCT,
            STANDARDS,
            SENT,
            UNITS,
            TERMS,
            METHODS,
            FILES,
            WORKS_CITED,
            TYPED,
            REASONS,
            KEPT,
            DEVICES,
            DRUGS,
            PEOPLE,
        )
        for words in sorted(group, key=len, reverse=True)
    )
)


class Spoken(HTMLParser):
    """What a page says, without what it says to be English, or code."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    @property
    def silent(self) -> bool:
        return any(silent for _, silent in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        english = (given.get("lang") or "").startswith("en")
        if tag not in VOID:
            self.open.append((tag, english or tag in UNSPOKEN_ELEMENTS))
        if not self.silent:
            self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def english(page: str) -> list[str]:
    """The texts of a page that still hold an English word."""
    parser = Spoken()
    parser.feed(page)
    parser.close()
    texts = (" ".join(text.split()) for text in parser.found)
    return [text for text in texts if WORD.search(ALLOWED.sub("", text))]


def test_the_rule_finds_english_and_nothing_else() -> None:
    assert english('<p title="Said">Nothing was saved. <code>saved</code></p>') == [
        "Said",
        "Nothing was saved.",
    ]
    assert english('<p lang="en">Said</p><p>10 mg, BL, 保存</p>') == []


@pytest.mark.django_db
def test_every_page_is_chinese(world: World, subtests: pytest.Subtests) -> None:
    with override("en-gb"):  # a request leaves its language behind
        for name, address in ROWS:
            if address.method != "get" or address.query or (name.startswith("api-") and name != "api-docs"):
                continue
            with subtests.test(address=name):
                who = world.cast.administrator if needs_administrator(address) else world.cast.investigator
                page = visit(world.path(name, address.arguments, Of.OWN, who), who)
                assert english(page) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sign-in", "language", "password-reset", "password-reset-sent"])
def test_every_page_before_signing_in_is_chinese(name: str) -> None:
    with override("en-gb"):
        assert english(visit(reverse(name))) == []


def needs_administrator(address: Address) -> bool:
    return address.right is Right.MANAGE_ACCOUNTS


def visit(path: str, who: User | None = None) -> str:
    """The page in Chinese; empty when the address answers with something else."""
    client = Client(headers={"accept-language": "zh-CN,zh;q=0.9"})
    if who is not None:
        client.force_login(who)
    response = client.get(path)
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        if response.streaming:
            response.getvalue()  # read to the end, it closes what it was sent from
        return ""
    assert response.headers["Content-Language"] == "zh-hans"
    return response.content.decode()
