"""Codelists: the codes an item may hold, with their labels.

CDISC controlled terminology where it has the term (codelist number beside the list); terms that
CDISC lacks are the sponsor's extension.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Codelist:
    """A closed list of (code, label), in the order in which it is shown."""

    name: str
    terms: tuple[tuple[str, str], ...]
    cdisc: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.terms)

    def label(self, code: str) -> str:
        """The label of a code; the code itself when it is not in the list."""
        return dict(self.terms).get(code, code)


YES_NO = Codelist("NY", (("Y", "Yes"), ("N", "No")), cdisc="C66742")

MISSING = Codelist(
    "MISSING",
    (("ND", "Not done"), ("UNK", "Unknown"), ("NA", "Not applicable"), ("REF", "Refused")),
)

CONTACT_MODE = Codelist(
    "CNTMODE",
    (
        ("IN PERSON", "In person"),
        ("TELEPHONE CALL", "Telephone call"),
        ("REMOTE AUDIO VIDEO", "Remote audio and video"),
    ),
    cdisc="C171445",
)

LATERALITY = Codelist("LAT", (("LEFT", "Left"), ("RIGHT", "Right")), cdisc="C99073")

MEASUREMENT_METHOD = Codelist(
    "ROMMETH",
    (
        ("DOUBLE INCLINOMETER", "Double inclinometer"),
        ("SINGLE INCLINOMETER", "Single inclinometer"),
        ("GONIOMETER", "Goniometer"),
    ),
)

ASSESSOR = Codelist(
    "EVAL",
    (
        ("INVESTIGATOR", "Investigator"),
        ("PHYSIOTHERAPIST", "Physiotherapist"),
        ("INDEPENDENT ASSESSOR", "Independent assessor"),
    ),
    cdisc="C78735",
)

ODI_MODE = Codelist(
    "ODIMODE",
    (
        ("SELF PAPER", "Self-completed, paper"),
        ("SELF EPRO", "Self-completed, electronic"),
        ("INTERVIEWER", "Read by an interviewer"),
        ("TELEPHONE", "By telephone"),
    ),
)

ODI_BAND = Codelist(
    "ODIBAND",
    (
        ("MINIMAL", "Minimal"),
        ("MODERATE", "Moderate"),
        ("SEVERE", "Severe"),
        ("CRIPPLED", "Very severe"),
        ("BED-BOUND", "Bed-bound or exaggerating"),
    ),
)

POSITION = Codelist(
    "POSITION",
    (("PRONE", "Prone"), ("LATERAL DECUBITUS", "Lateral decubitus"), ("OTHER", "Other")),
    cdisc="C71148",
)

PROBE = Codelist("PROBETYPE", (("CURVILINEAR", "Curvilinear"), ("LINEAR", "Linear"), ("OTHER", "Other")))

LEVEL_COUNT = Codelist(
    "LEVELCONF",
    (
        ("SACRUM UP", "Counted up from the sacrum"),
        ("LAST RIB", "Counted down from the last rib"),
        ("FLUOROSCOPY", "By fluoroscopy"),
    ),
)

DISC_LEVEL = Codelist("LEVEL", (("L2-3", "L2-3"), ("L3-4", "L3-4"), ("L4-5", "L4-5")))

APPROACH = Codelist("APPROACH", (("IN-PLANE", "In-plane"), ("OUT-OF-PLANE", "Out-of-plane")))

# In anatomical order, from cranial to caudal: the number of segments is a difference of places.
VERTEBRA = Codelist(
    "VERTEBRA",
    tuple((v, v) for v in ("T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1")),
)

DISPERSION = Codelist(
    "DISPPAT",
    (
        ("FEATHER", "Feather-like, uniform"),
        ("LINEAR", "Linear"),
        ("PATCHY", "Patchy"),
        ("INTRAMUSCULAR", "Intramuscular"),
        ("EPIDURAL", "Epidural"),
        ("VASCULAR", "Vascular"),
    ),
)

COMPLICATION = Codelist(
    "COMPLICATION",
    (
        ("VASCULAR PUNCTURE", "Blood on aspiration or vascular puncture"),
        ("INTRAVASCULAR CONTRAST", "Intravascular contrast"),
        ("DURAL PUNCTURE", "Dural puncture, intrathecal or epidural spread"),
        ("PARAESTHESIA", "New paraesthesia"),
        ("MOTOR WEAKNESS", "Motor weakness or unwanted block"),
        ("NERVE INJURY", "Nerve injury suspected"),
        ("LAST CNS", "Local anaesthetic toxicity, nervous system"),
        ("LAST CVS", "Local anaesthetic toxicity, circulation"),
        ("LIPID RESCUE", "Lipid rescue given"),
        ("ALLERGY", "Allergic reaction or anaphylaxis"),
        ("VASOVAGAL", "Vasovagal reaction"),
        ("HAEMATOMA", "Haematoma"),
        ("VISCERAL PUNCTURE", "Retroperitoneal or visceral puncture"),
        ("PROCEDURAL PAIN", "Procedural pain above baseline"),
        ("EQUIPMENT FAILURE", "Equipment failure"),
        ("OTHER", "Other"),
    ),
)
