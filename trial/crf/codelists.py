"""Codelists: the codes an item may hold, with their labels.

CDISC controlled terminology where it has the term (codelist number beside the list); terms that
CDISC lacks are the sponsor's extension.
"""

from dataclasses import dataclass

from trial.protocol.marker import N_


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


YES_NO = Codelist("NY", (("Y", N_("Yes")), ("N", N_("No"))), cdisc="C66742")

YES_NO_NA = Codelist("NY", (*YES_NO.terms, ("NA", N_("Not applicable"))), cdisc="C66742")

MISSING = Codelist(
    "MISSING",
    (("ND", N_("Not done")), ("UNK", N_("Unknown")), ("NA", N_("Not applicable")), ("REF", N_("Refused"))),
)

CONTACT_MODE = Codelist(
    "CNTMODE",
    (
        ("IN PERSON", N_("In person")),
        ("TELEPHONE CALL", N_("Telephone call")),
        ("REMOTE AUDIO VIDEO", N_("Remote audio and video")),
    ),
    cdisc="C171445",
)

LATERALITY = Codelist("LAT", (("LEFT", N_("Left")), ("RIGHT", N_("Right"))), cdisc="C99073")

MEASUREMENT_METHOD = Codelist(
    "ROMMETH",
    (
        ("DOUBLE INCLINOMETER", N_("Double inclinometer")),
        ("SINGLE INCLINOMETER", N_("Single inclinometer")),
        ("GONIOMETER", N_("Goniometer")),
    ),
)

ASSESSOR = Codelist(
    "EVAL",
    (
        ("INVESTIGATOR", N_("Investigator")),
        ("PHYSIOTHERAPIST", N_("Physiotherapist")),
        ("INDEPENDENT ASSESSOR", N_("Independent assessor")),
    ),
    cdisc="C78735",
)

ODI_MODE = Codelist(
    "ODIMODE",
    (
        ("SELF PAPER", N_("Self-completed, paper")),
        ("SELF EPRO", N_("Self-completed, electronic")),
        ("INTERVIEWER", N_("Read by an interviewer")),
        ("TELEPHONE", N_("By telephone")),
    ),
)

ODI_BAND = Codelist(
    "ODIBAND",
    (
        ("MINIMAL", N_("Minimal")),
        ("MODERATE", N_("Moderate")),
        ("SEVERE", N_("Severe")),
        ("CRIPPLED", N_("Very severe")),
        ("BED-BOUND", N_("Bed-bound or exaggerating")),
    ),
)

POSITION = Codelist(
    "POSITION",
    (("PRONE", N_("Prone")), ("LATERAL DECUBITUS", N_("Lateral decubitus")), ("OTHER", N_("Other"))),
    cdisc="C71148",
)

PROBE = Codelist(
    "PROBETYPE", (("CURVILINEAR", N_("Curvilinear")), ("LINEAR", N_("Linear")), ("OTHER", N_("Other")))
)

LEVEL_COUNT = Codelist(
    "LEVELCONF",
    (
        ("SACRUM UP", N_("Counted up from the sacrum")),
        ("LAST RIB", N_("Counted down from the last rib")),
        ("FLUOROSCOPY", N_("By fluoroscopy")),
    ),
)

DISC_LEVEL = Codelist("LEVEL", (("L2-3", N_("L2-3")), ("L3-4", N_("L3-4")), ("L4-5", N_("L4-5"))))

APPROACH = Codelist("APPROACH", (("IN-PLANE", N_("In-plane")), ("OUT-OF-PLANE", N_("Out-of-plane"))))

# In anatomical order, from cranial to caudal: the number of segments is a difference of places.
VERTEBRA = Codelist(
    "VERTEBRA",
    tuple((v, v) for v in ("T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1")),
)

DISPERSION = Codelist(
    "DISPPAT",
    (
        ("FEATHER", N_("Feather-like, uniform")),
        ("LINEAR", N_("Linear")),
        ("PATCHY", N_("Patchy")),
        ("INTRAMUSCULAR", N_("Intramuscular")),
        ("EPIDURAL", N_("Epidural")),
        ("VASCULAR", N_("Vascular")),
    ),
)

COMPLICATION = Codelist(
    "COMPLICATION",
    (
        ("VASCULAR PUNCTURE", N_("Blood on aspiration or vascular puncture")),
        ("INTRAVASCULAR CONTRAST", N_("Intravascular contrast")),
        ("DURAL PUNCTURE", N_("Dural puncture, intrathecal or epidural spread")),
        ("PARAESTHESIA", N_("New paraesthesia")),
        ("MOTOR WEAKNESS", N_("Motor weakness or unwanted block")),
        ("NERVE INJURY", N_("Nerve injury suspected")),
        ("LAST CNS", N_("Local anaesthetic toxicity, nervous system")),
        ("LAST CVS", N_("Local anaesthetic toxicity, circulation")),
        ("LIPID RESCUE", N_("Lipid rescue given")),
        ("ALLERGY", N_("Allergic reaction or anaphylaxis")),
        ("VASOVAGAL", N_("Vasovagal reaction")),
        ("HAEMATOMA", N_("Haematoma")),
        ("VISCERAL PUNCTURE", N_("Retroperitoneal or visceral puncture")),
        ("PROCEDURAL PAIN", N_("Procedural pain above baseline")),
        ("EQUIPMENT FAILURE", N_("Equipment failure")),
        ("OTHER", N_("Other")),
    ),
)

# The form of consent, where it was signed by somebody else than the participant.
RELATION = Codelist(
    "RELATION",
    (
        ("SPOUSE", N_("Spouse or partner")),
        ("PARENT", N_("Parent")),
        ("CHILD", N_("Adult child")),
        ("GUARDIAN", N_("Legal guardian")),
        ("OTHER", N_("Other")),
    ),
)

SEX = Codelist(
    "SEX",
    (
        ("F", N_("Female")),
        ("M", N_("Male")),
        ("INTERSEX", N_("Intersex")),
        ("U", N_("Unknown")),
    ),
    cdisc="C66731",
)

SMOKING = Codelist(
    "SMOKE",
    (("NEVER", N_("Never")), ("CURRENT", N_("Current")), ("FORMER", N_("Former"))),
)

EMPLOYMENT = Codelist(
    "EMPLOY",
    (
        ("WORKING", N_("Working")),
        ("SICK LEAVE", N_("On sick leave")),
        ("NOT WORKING", N_("Not working")),
        ("RETIRED", N_("Retired")),
    ),
)

SURGERY = Codelist(
    "SURGERY",
    (
        ("DISCECTOMY", N_("Discectomy")),
        ("ENDOSCOPIC DISCECTOMY", N_("Endoscopic discectomy")),
        ("LAMINECTOMY", N_("Laminectomy or decompression")),
        ("PLIF", N_("Posterior lumbar interbody fusion (PLIF)")),
        ("TLIF", N_("Transforaminal lumbar interbody fusion (TLIF)")),
        ("ALIF", N_("Anterior lumbar interbody fusion (ALIF)")),
        ("LLIF", N_("Oblique or lateral interbody fusion (OLIF, XLIF)")),
        ("POSTEROLATERAL FUSION", N_("Posterolateral fusion")),
        ("DYNAMIC STABILISATION", N_("Dynamic stabilisation")),
        ("REVISION", N_("Revision")),
        ("HARDWARE REMOVAL", N_("Removal of hardware")),
        ("VERTEBRAL AUGMENTATION", N_("Vertebroplasty or kyphoplasty")),
        ("OTHER", N_("Other")),
    ),
    cdisc="C101858",
)

SPINAL_LEVEL = Codelist(
    "SPINELEV",
    tuple((level, level) for level in ("T12-L1", "L1-2", "L2-3", "L3-4", "L4-5", "L5-S1")),
)

SIDE = Codelist(
    "SIDE",
    (("LEFT", N_("Left")), ("RIGHT", N_("Right")), ("BILATERAL", N_("Both sides"))),
    cdisc="C99073",
)

TREATMENT_CLASS = Codelist(
    "PTCLASS",
    (
        ("NSAID", N_("Non-steroidal anti-inflammatory drug")),
        ("PARACETAMOL", N_("Paracetamol")),
        ("OPIOID", N_("Opioid")),
        ("GABAPENTINOID", N_("Gabapentinoid")),
        ("ANTIDEPRESSANT", N_("Antidepressant")),
        ("MUSCLE RELAXANT", N_("Muscle relaxant")),
        ("TOPICAL", N_("Topical drug")),
        ("PHYSIOTHERAPY", N_("Physiotherapy")),
        ("EXERCISE", N_("Exercise")),
        ("ACUPUNCTURE", N_("Acupuncture or traditional Chinese medicine")),
        ("MANUAL", N_("Manual therapy")),
        ("PSYCHOLOGICAL", N_("Psychological therapy")),
        ("EPIDURAL", N_("Epidural steroid injection")),
        ("RADIOFREQUENCY", N_("Radiofrequency treatment")),
        ("OTHER", N_("Other")),
    ),
)

TREATMENT_RESPONSE = Codelist(
    "PTRESP", (("NONE", N_("None")), ("PARTIAL", N_("Partial")), ("ADEQUATE", N_("Adequate")))
)

GUIDANCE = Codelist(
    "GUIDE",
    (("ULTRASOUND", N_("Ultrasound")), ("FLUOROSCOPY", N_("Fluoroscopy")), ("BOTH", N_("Both"))),
)

BLOCK_RESPONSE = Codelist("MBBRESP", (("POSITIVE", N_("Positive")), ("NEGATIVE", N_("Negative"))))

HERNIATION = Codelist(
    "HERNTYPE",
    (
        ("BULGE", N_("Bulge")),
        ("PROTRUSION", N_("Protrusion")),
        ("EXTRUSION", N_("Extrusion")),
        ("SEQUESTRATION", N_("Sequestration")),
    ),
)

STENOSIS = Codelist("STENGRADE", tuple((grade, grade) for grade in "ABCD"))

STRAIGHT_LEG_RAISE = Codelist("SLR", (("NEGATIVE", N_("Negative")), ("POSITIVE", N_("Positive"))))

CAUSALITY = Codelist(
    "AEREL",
    (
        ("NOT RELATED", N_("Not related")),
        ("UNLIKELY", N_("Unlikely")),
        ("POSSIBLE", N_("Possible")),
        ("PROBABLE", N_("Probable")),
        ("RELATED", N_("Related")),
    ),
)

OTHER_CAUSE = Codelist(
    "AERELNST",
    (
        ("NONE", N_("None")),
        ("PROCEDURE", N_("The procedure")),
        ("CONTRAST", N_("The contrast agent")),
        ("DISEASE", N_("The underlying disease")),
        ("CONCOMITANT", N_("Another drug or treatment")),
        ("OTHER", N_("Other")),
    ),
)

ACTION_TAKEN = Codelist(
    "ACN",
    (
        ("NOT APPLICABLE", N_("Not applicable (single dose)")),
        ("DOSE NOT CHANGED", N_("Dose not changed")),
        ("DRUG WITHDRAWN", N_("Drug withdrawn")),
        ("UNKNOWN", N_("Unknown")),
    ),
    cdisc="C66767",
)

OTHER_ACTION = Codelist(
    "AEACNOTH",
    (
        ("NONE", N_("None")),
        ("DRUG", N_("Drug given")),
        ("PROCEDURE", N_("Procedure")),
        ("HOSPITAL", N_("Admission to hospital")),
    ),
)

OUTCOME = Codelist(
    "OUT",
    (
        ("RECOVERED/RESOLVED", N_("Recovered")),
        ("RECOVERED/RESOLVED WITH SEQUELAE", N_("Recovered with sequelae")),
        ("RECOVERING/RESOLVING", N_("Recovering")),
        ("NOT RECOVERED/NOT RESOLVED", N_("Not recovered")),
        ("FATAL", N_("Fatal")),
        ("UNKNOWN", N_("Unknown")),
    ),
    cdisc="C66768",
)

EXPECTEDNESS = Codelist("AEEXP", (("EXPECTED", N_("Expected")), ("UNEXPECTED", N_("Unexpected"))))

REPORT_KIND = Codelist(
    "SAERCAT",
    (
        ("ORIGINAL", N_("First report")),
        ("AMENDMENT", N_("Follow-up")),
        ("NULLIFICATION", N_("Nullification")),
    ),
    cdisc="C177909",
)

DOSE_UNIT = Codelist(
    "UNIT",
    (("mg", "mg"), ("ug", "µg"), ("ug/h", "µg/h"), ("g", "g"), ("mL", "mL")),
    cdisc="C71620",
)

FREQUENCY = Codelist(
    "FREQ",
    (
        ("QD", N_("Once a day")),
        ("BID", N_("Twice a day")),
        ("TID", N_("Three times a day")),
        ("QID", N_("Four times a day")),
        ("Q4H", N_("Every 4 hours")),
        ("Q6H", N_("Every 6 hours")),
        ("Q8H", N_("Every 8 hours")),
        ("Q12H", N_("Every 12 hours")),
        ("QOD", N_("Every other day")),
        ("CONTINUOUS", N_("Continuously (patch)")),
        ("PRN", N_("As needed")),
    ),
    cdisc="C71113",
)

ROUTE = Codelist(
    "ROUTE",
    (
        ("ORAL", N_("Oral")),
        ("TRANSDERMAL", N_("Transdermal")),
        ("SUBLINGUAL", N_("Sublingual")),
        ("RECTAL", N_("Rectal")),
        ("SUBCUTANEOUS", N_("Subcutaneous")),
        ("INTRAMUSCULAR", N_("Intramuscular")),
        ("INTRAVENOUS", N_("Intravenous")),
        ("TOPICAL", N_("Topical")),
        ("OTHER", N_("Other")),
    ),
    cdisc="C66729",
)

CHANGE_SINCE_BASELINE = Codelist(
    "CMCHANGE",
    (
        ("NONE", N_("Unchanged")),
        ("NEW", N_("New")),
        ("UP", N_("Increased")),
        ("DOWN", N_("Reduced")),
        ("STOP", N_("Stopped")),
    ),
)

DEVIATION = Codelist(
    "DVCAT",
    (
        ("CONSENT", N_("Consent")),
        ("ELIGIBILITY", N_("Eligibility")),
        ("VISIT WINDOW", N_("Visit window")),
        ("PROCEDURE", N_("Procedure")),
        ("DOSE", N_("Dose")),
        ("ORDER", N_("Order of events")),
        ("ASSESSOR", N_("Assessor or method")),
        ("RANDOMISATION", N_("Randomisation")),
        ("BLINDING", N_("Blinding")),
        ("PROHIBITED MEDICATION", N_("Prohibited medication")),
        ("SAE REPORTING", N_("Reporting of a serious event")),
        ("DATA", N_("Data")),
        ("PRIVACY", N_("Privacy")),
        ("OTHER", N_("Other")),
    ),
)

DEVIATION_WEIGHT = Codelist("DVSEV", (("MINOR", N_("Minor")), ("MAJOR", N_("Major"))))

DEVIATION_ORIGIN = Codelist("DVORIG", (("MANUAL", N_("By a person")), ("SYSTEM", N_("By the system"))))

END_REASON = Codelist(
    "NCOMPLT",
    (
        ("ADVERSE EVENT", N_("Adverse event")),
        ("DEATH", N_("Death")),
        ("LACK OF EFFICACY", N_("Lack of efficacy")),
        ("LOST TO FOLLOW-UP", N_("Lost to follow-up")),
        ("PHYSICIAN DECISION", N_("Decision of the physician")),
        ("PREGNANCY", N_("Pregnancy")),
        ("PROTOCOL DEVIATION", N_("Protocol deviation")),
        ("STUDY TERMINATED BY SPONSOR", N_("Study ended by the sponsor")),
        ("SITE TERMINATED BY SPONSOR", N_("Site closed by the sponsor")),
        ("WITHDRAWAL BY SUBJECT", N_("Withdrawal by the participant")),
        ("WITHDRAWAL OF CONSENT", N_("Withdrawal of consent")),
        ("NEVER DOSED", N_("Never dosed")),
        ("OTHER", N_("Other")),
    ),
    cdisc="C66727",
)

DECIDED_BY = Codelist(
    "DSDECBY",
    (
        ("PARTICIPANT", N_("The participant")),
        ("INVESTIGATOR", N_("The investigator")),
        ("SPONSOR", N_("The sponsor")),
        ("NOBODY", N_("Nobody (contact lost, death)")),
    ),
)

CONTACT_ATTEMPT = Codelist(
    "ATTEMPT",
    (
        ("TELEPHONE", N_("Telephone")),
        ("LETTER", N_("Letter")),
        ("E-MAIL", N_("E-mail")),
        ("GENERAL PRACTITIONER", N_("Through the general practitioner")),
        ("OTHER", N_("Other")),
    ),
)

OTHER_INTERVENTION = Codelist(
    "INTERV",
    (
        ("SPINAL INJECTION", N_("Spinal injection or block")),
        ("RADIOFREQUENCY", N_("Radiofrequency treatment")),
        ("SURGERY", N_("Spinal surgery")),
        ("PHYSIOTHERAPY", N_("Physiotherapy")),
        ("ACUPUNCTURE", N_("Acupuncture")),
        ("OTHER", N_("Other")),
    ),
)

# What is usually typed as a drug; any other text is welcome. The first words are those of the dose limits.
INJECTED_DRUG = Codelist(
    "ECTRT",
    (
        ("Bupivacaine", N_("Bupivacaine")),
        ("Levobupivacaine", N_("Levobupivacaine")),
        ("Ropivacaine", N_("Ropivacaine")),
        ("Lidocaine", N_("Lidocaine")),
        ("Lidocaine with adrenaline", N_("Lidocaine with adrenaline")),
        ("Betamethasone", N_("Betamethasone")),
        ("Dexamethasone", N_("Dexamethasone")),
        ("Methylprednisolone", N_("Methylprednisolone")),
        ("Triamcinolone", N_("Triamcinolone")),
        ("Sodium chloride 0.9 %", N_("Sodium chloride 0.9 %")),
    ),
)

ANALGESIC = Codelist(
    "CMTRT",
    (
        ("Paracetamol", N_("Paracetamol")),
        ("Ibuprofen", N_("Ibuprofen")),
        ("Diclofenac", N_("Diclofenac")),
        ("Celecoxib", N_("Celecoxib")),
        ("Etoricoxib", N_("Etoricoxib")),
        ("Pregabalin", N_("Pregabalin")),
        ("Gabapentin", N_("Gabapentin")),
        ("Duloxetine", N_("Duloxetine")),
        ("Amitriptyline", N_("Amitriptyline")),
        ("Codeine", N_("Codeine")),
        ("Dihydrocodeine", N_("Dihydrocodeine")),
        ("Tramadol", N_("Tramadol")),
        ("Tapentadol", N_("Tapentadol")),
        ("Oxycodone", N_("Oxycodone")),
        ("Hydrocodone", N_("Hydrocodone")),
        ("Hydromorphone", N_("Hydromorphone")),
        ("Morphine", N_("Morphine")),
        ("Methadone", N_("Methadone")),
        ("Fentanyl", N_("Fentanyl")),
        ("Buprenorphine", N_("Buprenorphine")),
    ),
)
