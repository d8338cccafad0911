"""What somebody chooses of an export; kept beside it, and in its manifest."""

from dataclasses import dataclass
from enum import StrEnum

from trial.protocol.marker import N_


class Values(StrEnum):
    """How coded values are written in CSV."""

    CODES = "codes"
    LABELS = "labels"
    BOTH = "both"


class Status(StrEnum):
    """Which records are taken, by how far they have come."""

    ALL = "all"
    COMPLETE = "complete"
    SIGNED = "signed"


class Population(StrEnum):
    """Which participants are taken."""

    ALL = "all"
    ENROLLED = "enrolled"
    TREATED = "treated"


class Privacy(StrEnum):
    """What is done to what could name somebody. The last two drop identifiers and free text and pool ages."""

    NOTHING = "nothing"
    SHIFTED_DATES = "shifted dates"
    STUDY_DAYS = "study days"


PRIVACY_LABELS = {
    Privacy.NOTHING: N_("as entered"),
    Privacy.SHIFTED_DATES: N_("de-identified, dates shifted by a secret number of days for each participant"),
    Privacy.STUDY_DAYS: N_("de-identified, dates as days since the injection"),
}


@dataclass(frozen=True)
class Options:
    """The choices. Empty `forms` and `visits` mean all of them; no `seal` and no `position` mean now.

    `blinded` leaves out what tells the arms apart; who has no right to it gets it left out in any case.
    What follows `values` is for CSV alone; `spreadsheet_safe` is the only choice that alters a cell.
    """

    shape: str = "long"
    format: str = "csv"
    population: Population = Population.ALL
    forms: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    status: Status = Status.ALL
    seal: int | None = None
    position: str = ""
    privacy: Privacy = Privacy.NOTHING
    blinded: bool = False
    values: Values = Values.CODES
    separator: str = ","
    decimal: str = "."
    byte_order_mark: bool = False
    spreadsheet_safe: bool = False
