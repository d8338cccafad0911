"""The soft limits that stand on the items themselves."""

from collections.abc import Iterator
from typing import Any

from forms_app.checks.finding import Finding
from trial.crf.items import Item
from trial.crf.reading import Reading
from trial.protocol.marker import N_
from trial.words import Sentence, sentence


def findings(reading: Reading) -> Iterator[Finding]:
    """One finding for each value outside the soft limits of its item."""
    for prefix, row in reading.rows():
        for item in row.row.items():
            value = row.values.get(item.name)
            if (
                item.soft
                and value is not None
                and item.name not in row.errors
                and not item.soft.admits(value)
            ):
                yield Finding(f"{prefix}{item.name}", "soft", _unusual(item, value))


def _unusual(item: Item, value: Any) -> Sentence:
    assert item.soft is not None
    low, high = item.soft.low, item.soft.high
    said = {"label": sentence(item.label), "value": _with_unit(value, item)}
    if low is None:
        most = _with_unit(high, item)
        return sentence(N_("{label} is {value}; usual is at most {high}."), high=most, **said)
    if high is None:
        least = _with_unit(low, item)
        return sentence(N_("{label} is {value}; usual is at least {low}."), low=least, **said)
    return sentence(
        N_("{label} is {value}; usual is between {low} and {high}."),
        low=low,
        high=_with_unit(high, item),
        **said,
    )


def _with_unit(value: Any, item: Item) -> Any:
    return sentence("{number} {unit}", number=value, unit=sentence(item.unit)) if item.unit else value
