"""Apostrophes that an export puts before what a spreadsheet would take for a formula."""

from enum import StrEnum

from trial import spreadsheet


class Apostrophes(StrEnum):
    """What becomes of them: nothing is decided, they stay, or they are taken away."""

    UNDECIDED = ""
    KEEP = "keep"
    TAKE_AWAY = "take away"


def is_added(cell: str) -> bool:
    """Whether the cell may begin with such an apostrophe."""
    return cell.startswith("'") and spreadsheet.safe(cell[1:]) == cell


def restored(cell: str, choice: Apostrophes) -> str:
    """The cell as it was before the export made it safe, when that is chosen."""
    return cell[1:] if choice is Apostrophes.TAKE_AWAY and is_added(cell) else cell
