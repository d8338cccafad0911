"""Time between two dates of the calendar."""

from datetime import date

from trial.protocol.partial_date import add_months


def whole_months(earlier: date, later: date) -> int:
    """Whole calendar months from one day to another; negative when `later` comes first.

    A month is over on the same day of a later month, or on the last day of a month that is shorter.
    """
    if later < earlier:
        return -whole_months(later, earlier)
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months if add_months(earlier, months) <= later else months - 1
