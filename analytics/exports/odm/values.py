"""The type of an item in ODM."""

from trial.crf import items
from trial.crf.items import Item


def data_type(item: Item) -> str:
    """The type in ODM 1.3.2."""
    match item:
        case items.Whole():
            return "integer"
        case items.Measure():
            return "float"
        case items.Day():
            return "date"
        case items.PartialDay():
            return "partialDate"
        case items.Clock():
            return "partialTime"
    return "text"


def length(item: Item) -> int | None:
    """The most characters, or digits, that a value may have; None where the type says it."""
    match item:
        case items.Several():
            assert item.codelist is not None
            return len(";".join(item.codelist.codes))
        case items.Measure():
            return item.max_digits
        case items.Whole():
            return 5
        case items.Choice() | items.Text():
            return item.max_length
    return None


def places(item: Item) -> int | None:
    """The decimals of a number; None of everything else."""
    return item.places if isinstance(item, items.Measure) else None
