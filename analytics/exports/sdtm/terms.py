"""The controlled terms of the variables: CDISC's where it has them, ours marked as extensions."""

from dataclasses import dataclass
from typing import Final

from analytics.exports.sdtm import findings
from analytics.exports.sdtm.findings import Test
from analytics.exports.sdtm.places import FASCIA, LEVELS, LUMBAR_SPINE
from analytics.exports.sdtm.subject import FOLLOW_UP, SCREENING, TREATMENT
from trial.crf import codelists
from trial.crf.codelists import Codelist
from trial.protocol import STUDY

# Terms that the version of CDISC's terminology this study follows does not have, by the list.
OURS: Final[dict[str, frozenset[str]]] = {
    "LOC": frozenset({LEVELS["T12-L1"], LEVELS["L1-2"]}),
    "METHOD": frozenset(codelists.MEASUREMENT_METHOD.codes),
    "NCOMPLT": frozenset({"OTHER"}),
    "MKTESTCD": frozenset({findings.FLEXION[0], *(test.code for test in findings.MRI_TESTS)}),
    "PETESTCD": frozenset({"SLR", "NEURO"}),
    "SCTESTCD": frozenset({"COMPENS"}),
    "SURGERY": frozenset(codelists.SURGERY.codes),
}


@dataclass(frozen=True)
class Term:
    """One term; `ours` is whether it extends CDISC's list."""

    code: str
    label: str
    ours: bool = False


@dataclass(frozen=True)
class Terms:
    """The terms of a variable. `nci` numbers CDISC's list; it is "" where it is ours or gathers several."""

    code: str
    name: str
    nci: str
    terms: tuple[Term, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(term.code for term in self.terms)


def _terms(code: str, name: str, nci: str, *terms: str | tuple[str, str]) -> Terms:
    pairs = [(term, term.capitalize()) if isinstance(term, str) else term for term in terms]
    ours = OURS.get(code, frozenset())
    made = tuple(Term(term, label, bool(nci) and term in ours) for term, label in dict(pairs).items())
    return Terms(code, name, nci, made)


def _of(code: str, name: str, declared: Codelist, *more: str | tuple[str, str]) -> Terms:
    return _terms(code, name, declared.cdisc, *declared.terms, *more)


def _tests(code: str, name: str, nci: str, *tests: Test) -> Terms:
    return _terms(code, name, nci, *((test.code, test.name) for test in tests))


QUESTIONS = (*findings.PAIN_TESTS, *findings.ODI_TESTS, findings.ODI_TOTAL)
FLEXION = Test("", *findings.FLEXION)
UNITS = ("mg", "ug", "ug/h", "g", "mL", "mg/mL", "mgI/mL", *findings.UNITS.values())

LISTS: Final[dict[str, Terms]] = {
    each.code: each
    for each in (
        _of("NY", "No Yes Response", codelists.YES_NO, ("U", "Unknown"), ("NA", "Not applicable")),
        _terms("ND", "Not Done", "C66789", ("NOT DONE", "Not done")),
        _terms("UNIT", "Unit", "C71620", *((unit, unit) for unit in UNITS)),
        _of("FREQ", "Frequency", codelists.FREQUENCY),
        _of("ROUTE", "Route of Administration", codelists.ROUTE, "INFILTRATION"),
        _terms("LOC", "Anatomical Location", "C74456", *LEVELS.values(), LUMBAR_SPINE, FASCIA),
        _of("LAT", "Laterality", codelists.SIDE),
        _terms("STENRF", "Relation to Reference Period", "C66728", "BEFORE", "ONGOING"),
        _terms("MHEDTTYP", "Medical History Event Date Type", "C124301", "SYMPTOM ONSET"),
        _terms(
            "METHOD",
            "Method",
            "C85492",
            *codelists.MEASUREMENT_METHOD.terms,
            "MRI",
            "NUMERICAL RATING SCALE 11-POINT",
        ),
        _terms("AGEU", "Age Unit", "C66781", "YEARS"),
        _of("SEX", "Sex", codelists.SEX),
        _terms("ARM", "Arm", "", *((arm.code, arm.label) for arm in STUDY.arms)),
        _terms(
            "ARMNULRS",
            "Arm Null Reason",
            "C142179",
            "SCREEN FAILURE",
            "NOT ASSIGNED",
            "ASSIGNED, NOT TREATED",
        ),
        _terms("EPOCH", "Epoch", "C99079", SCREENING, TREATMENT, FOLLOW_UP),
        _of("CNTMODE", "Mode of Subject Contact", codelists.CONTACT_MODE),
        _of("ACN", "Action Taken with Study Treatment", codelists.ACTION_TAKEN),
        _of("AEACNOTH", "Other Action Taken", codelists.OTHER_ACTION),
        _of("AEREL", "Causality", codelists.CAUSALITY),
        _of("AERELNST", "Other Cause", codelists.OTHER_CAUSE),
        _of("OUT", "Outcome of Event", codelists.OUTCOME),
        _terms("TOXGR", "Toxicity Grade (CTCAE 5.0)", "", *((grade, f"Grade {grade}") for grade in "12345")),
        _of(
            "NCOMPLT",
            "Completion/Reason for Non-Completion",
            codelists.END_REASON,
            "COMPLETED",
            "SCREEN FAILURE",
            "INFORMED CONSENT OBTAINED",
            "ELIGIBILITY CRITERIA MET",
        ),
        _terms(
            "DSCAT", "Category of Disposition Event", "C74558", "PROTOCOL MILESTONE", "DISPOSITION EVENT"
        ),
        _terms("DSSCAT", "Subcategory of Disposition", "C170443", "STUDY PARTICIPATION", "STUDY TREATMENT"),
        _of("DVCAT", "Kind of Deviation", codelists.DEVIATION),
        _of("SURGERY", "Procedure", codelists.SURGERY),
        _terms("IECAT", "Category of Inclusion/Exclusion", "C66797", "INCLUSION", "EXCLUSION"),
        _terms("RELTYPE", "Relationship Type", "C78737", "ONE", "MANY"),
        _terms(
            "IETESTCD", "Criterion", "", *((criterion.code, criterion.label) for criterion in STUDY.criteria)
        ),
        _tests("QSTESTCD", "Questionnaire Test", "", *QUESTIONS),
        _tests("MKTESTCD", "Musculoskeletal Test", "C127269", FLEXION, *findings.MRI_TESTS),
        _tests("VSTESTCD", "Vital Signs Test", "C66741", *findings.VITAL_TESTS),
        _tests("SCTESTCD", "Subject Characteristic", "C74559", *findings.SUBJECT_TESTS),
        _tests("LBTESTCD", "Laboratory Test", "C65047", *findings.LABORATORY_TESTS),
        _tests("PETESTCD", "Examination", "", *findings.EXAMINATION_TESTS),
        _tests("FATESTCD", "Finding About", "", *findings.SIDE_TESTS, *findings.BLOCK_TESTS),
    )
}  # fmt: skip
