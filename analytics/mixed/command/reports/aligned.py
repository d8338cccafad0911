"""Tables of text, and numbers in them."""

from collections.abc import Iterable, Sequence

Line = Sequence[str]


def aligned(title: str, labels: Iterable[str], lines: Sequence[Line]) -> str:
    """The title above the labels, columns to the right; the first of the lines is the header."""
    named = [title, *labels]
    first = max(map(len, named))
    widths = [2 + max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        (
            name.ljust(first) + "".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        ).rstrip()
        for name, line in zip(named, lines, strict=True)
    )


def number(value: float | None) -> str:
    """To six digits."""
    return "" if value is None else f"{value:.6g}"


def p_value(value: float | None) -> str:
    """To four decimals."""
    if value is None:
        return ""
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"


def percent(share: float) -> str:
    """With a sign, to as many digits as it has."""
    return f"{100 * share:.6g} %"


def joined(parts: Iterable[str]) -> str:
    """Those that say anything, with an empty line between them."""
    return "\n\n".join(part for part in parts if part)
