"""Numbers as a reader of the field expects them; full precision stands in the API."""

from math import inf

from django.utils.translation import gettext as _

MINUS = "−"
NONE = "–"
INFINITE = "∞"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def decimals(value: float | None, places: int = 2) -> str:
    """With a true minus sign; a dash where there is no number."""
    if value is None:
        return NONE
    if value == inf:
        return INFINITE
    text = f"{value:.{places}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def interval(lower: float | None, upper: float | None) -> str:
    """From low to high; a dash where there is none."""
    if lower is None or upper is None:
        return NONE
    return _("{low} to {high}").format(low=decimals(lower), high=decimals(upper))


def p_value(value: float | None) -> str:
    """Three decimals; what is smaller, or as good as one, is said to be so."""
    if value is None:
        return NONE
    if value < 0.001:
        return "<0.001"
    return ">0.999" if value > 0.999 else f"{value:.3f}"


def percent(share: float) -> str:
    """A level of confidence: 0.95 is "95 %"."""
    return f"{100 * share:g} %"


def scientific(value: float) -> str:
    """Two digits and a power of ten, for what is to be as good as zero."""
    if value == 0:
        return "0"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(power)).translate(SUPERSCRIPT)}"
