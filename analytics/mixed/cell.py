"""The design cell: which arm and which site a participant belongs to."""

from typing import NamedTuple


class Cell(NamedTuple):
    """Empty where the data know no arms or no sites."""

    arm: str = ""
    site: str = ""


class Stratum(NamedTuple):
    """Participants of a design cell who share a pattern of attended visits, one character for each visit.

    "1101": the third visit has no value.
    """

    arm: str
    site: str
    pattern: str
