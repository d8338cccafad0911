"""Texts that exports are known to alter."""

from hypothesis import strategies as st

from analytics.exports.dataset import Cells

KNOWN = (
    *("=cmd()", "=1+1", "+1", "-1", "@SUM(A1)", "'=1", "'", '"', '""', '","', 'a "quoted" word', ",", ";"),
    *("one\ntwo", "one\r\ntwo", "one\rtwo", "\n", "\r", "tab\there", " leading", "trailing ", "  "),
    *("NA", "NaN", "NULL", "null", "None", "nan", "N/A", "#N/A", "#REF!", "TRUE", "true", "False", "."),
    *("007", "1e5", "1E400", "123456789012345678901234567890", "0.1000", "-0", "1,5", "inf"),
    *("2026-03-31", "31/03/2026", "3-4", "MAR1", "SEPT2", "12:30", "1900-02-29"),
    *(
        "é",
        "e\u0301",
        "😀",
        "👩‍👩‍👧",
        "שלום",
        "\u202eabc\u202c",
        "胸腰筋膜",
        "\ufeffmark",
        "\u2028",
        "\u00a0",
    ),
    *(
        "_x000D_",
        "_x0041_",
        "\ufffe",
        "\uffff",
        "<b>&amp;</b>",
        "]]>",
        "\\",
        "\\.",
        "\\N",
        "%s",
        "$1",
        "\x7f",
    ),
    *("x" * 10_000, "é" * 10_000),
)

# What the door lets in: no control characters but line breaks and tabs, no half of a surrogate pair.
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n\r")
TEXTS = st.one_of(st.sampled_from(KNOWN), st.text(CHARACTERS, min_size=1, max_size=40))


def tables(texts: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[list[Cells]]:
    """Rows of a code and a text, or none."""
    rows = st.lists(st.none() | texts, max_size=6)
    return rows.map(lambda notes: [(f"001-{place:03}", note) for place, note in enumerate(notes, start=1)])
