"""The soft limits that stand on the items themselves."""

from collections.abc import Iterator

from forms_app.checks.finding import Finding
from trial.crf.reading import Reading


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
                sentence = f"{item.label} is {item.show(value)}; usual is {item.soft.words(item.unit)}."
                yield Finding(f"{prefix}{item.name}", "soft", sentence)
