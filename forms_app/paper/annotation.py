"""What stands in colour beside an item: where its value goes in the tabulation of the trial (CDISC SDTM).

An item names its variable as DOMAIN.VARIABLE. In a domain of findings a name that is no variable is the
code of a test. An item that is not tabulated says so: "NOT SUBMITTED".
"""

from collections.abc import Iterable

from trial.crf.answers import Answers, Row
from trial.crf.items import Item

# The endings of the variables of findings (SDTMIG 3.4, and CDASH where nothing is tabulated).
ENDINGS = frozenset(
    [
        *("CAT", "SCAT", "GRPID", "REFID", "SPID", "ORRES", "ORRESU", "STRESC", "STRESN", "STRESU", "YN"),
        *(
            "PERF",
            "STAT",
            "REASND",
            "LOC",
            "LAT",
            "METHOD",
            "EVAL",
            "EVLINT",
            "DTC",
            "TPT",
            "TPTNUM",
            "TPTREF",
        ),
    ]
)
FINDINGS = frozenset({"FA", "IE", "LB", "MK", "QS", "SC", "VS"})
# A variable that carries no domain in its name.
SHARED = frozenset({"SPDEVID"})

DOMAINS = {
    "AE": "Adverse Events",
    "AG": "Procedure Agents",
    "CM": "Concomitant Medications",
    "DM": "Demographics",
    "DS": "Disposition",
    "DV": "Protocol Deviations",
    "EC": "Exposure as Collected",
    "FA": "Findings About",
    "HO": "Healthcare Encounters",
    "IE": "Inclusion/Exclusion Criteria Not Met",
    "LB": "Laboratory Test Results",
    "MH": "Medical History",
    "MK": "Musculoskeletal System Findings",
    "PR": "Procedures",
    "QS": "Questionnaires",
    "SC": "Subject Characteristics",
    "SU": "Substance Use",
    "SV": "Subject Visits",
    "VS": "Vital Signs",
}


def annotation(item: Item) -> str:
    """The annotation of an item; empty when it says neither where its value goes nor that it goes nowhere."""
    domain, _, name = item.cdisc.partition(".")
    if domain in FINDINGS and name not in SHARED and name.removeprefix(domain) not in ENDINGS:
        return f"{domain}ORRES when {domain}TESTCD = {name}"
    return (name and f"{domain}.{name}") or item.cdisc


def domains(form: type[Answers]) -> list[tuple[str, str]]:
    """The domains that a form fills, with their names, in the order of the page."""
    rows: Iterable[type[Row]] = (form, *form.groups)
    found = dict.fromkeys(domain(item) for row in rows for item in row.items())
    return [(code, DOMAINS[code]) for code in found if code in DOMAINS]


def domain(item: Item) -> str:
    """The domain of an item; a supplemental qualifier belongs to the domain that it qualifies."""
    code = item.cdisc.partition(".")[0]
    return code.removeprefix("SUPP")
