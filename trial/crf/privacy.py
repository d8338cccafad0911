"""What a field could tell about whom: by its class it is kept, altered or dropped where nobody may be named.

After the Safe Harbor of HIPAA, 45 CFR 164.514(b)(2); what is done to each class stands in
`analytics.exports.deidentification`.
"""

from enum import StrEnum


class Sensitivity(StrEnum):
    """The class of a field."""

    PLAIN = "plain"
    FREE_TEXT = "free text"
    IDENTIFIER = "identifier"
    DATE = "date"
    PARTIAL_DATE = "partial date"
    TIME = "time of day"
    MOMENT = "moment"
    BIRTH_YEAR = "year of birth"
    PARTICIPANT = "participant code"
    SITE = "site code"


PLAIN = Sensitivity.PLAIN
FREE_TEXT = Sensitivity.FREE_TEXT
IDENTIFIER = Sensitivity.IDENTIFIER
BIRTH_YEAR = Sensitivity.BIRTH_YEAR
