"""The domains of SDTMIG 3.4 that the study fills: their variables, and what each variable is.

What a variable is follows from what stands behind the two letters of its domain, as in the general classes of
SDTM; an exception stands beside.
"""

from dataclasses import dataclass
from typing import Final

SPECIAL, DESIGN, RELATED = "SPECIAL PURPOSE", "TRIAL DESIGN", "RELATIONSHIP"
INTERVENTIONS, EVENTS, FINDINGS, ABOUT = "INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT"

TEXT, INTEGER, FLOAT, MOMENT, DURATION = "text", "integer", "float", "partialDatetime", "durationDatetime"
COLLECTED, DERIVED, ASSIGNED, PROTOCOL = "Collected", "Derived", "Assigned", "Protocol"
NOT_AVAILABLE = "Not Available"


@dataclass(frozen=True)
class Variable:
    """One column. `codelist` is the code of its controlled terms in `terms`, "" without any; `method` says
    how it is derived."""

    name: str
    label: str
    type: str = TEXT
    origin: str = COLLECTED
    codelist: str = ""
    method: str = ""


@dataclass(frozen=True)
class Domain:
    """One dataset: its columns in their order, and those that tell its records apart."""

    code: str
    label: str
    of_class: str
    structure: str
    keys: tuple[str, ...]
    variables: tuple[Variable, ...]

    def variable(self, name: str) -> Variable:
        return next(each for each in self.variables if each.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.variables)


DAY_METHOD = (
    "Days from the date of RFSTDTC: 1 on that day, -1 on the day before; there is no day 0. None of a date "
    "that is known in part, or without an injection."
)
# Label, type, origin, codelist and method of a variable by its end.
ENDS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "SEQ": (
        "Sequence Number",
        INTEGER,
        DERIVED,
        "",
        "Numbered within the participant, in order.",
    ),
    "SPID": ("Sponsor-Defined Identifier", TEXT, ASSIGNED, "", ""),
    "GRPID": ("Group ID", TEXT, ASSIGNED, "", ""),
    "REFID": ("Reference ID", TEXT, COLLECTED, "", ""),
    "LNKID": ("Link ID", TEXT, ASSIGNED, "", ""),
    "TRT": ("Reported Name of Treatment", TEXT, COLLECTED, "", ""),
    "TERM": ("Reported Term", TEXT, COLLECTED, "", ""),
    "DECOD": ("Standardized or Dictionary-Derived Term", TEXT, ASSIGNED, "", ""),
    "CAT": ("Category", TEXT, ASSIGNED, "", ""),
    "SCAT": ("Subcategory", TEXT, ASSIGNED, "", ""),
    "PRESP": ("Pre-Specified", TEXT, ASSIGNED, "NY", ""),
    "OCCUR": ("Occurrence", TEXT, COLLECTED, "NY", ""),
    "REASOC": ("Reason for Occur Value", TEXT, COLLECTED, "", ""),
    "STAT": ("Completion Status", TEXT, ASSIGNED, "ND", ""),
    "REASND": ("Reason Not Done", TEXT, COLLECTED, "", ""),
    "INDC": ("Indication", TEXT, COLLECTED, "", ""),
    "DOSE": ("Dose", FLOAT, COLLECTED, "", ""),
    "DOSU": ("Dose Units", TEXT, ASSIGNED, "UNIT", ""),
    "DOSFRQ": ("Dosing Frequency per Interval", TEXT, COLLECTED, "FREQ", ""),
    "ROUTE": ("Route of Administration", TEXT, COLLECTED, "ROUTE", ""),
    "LOT": ("Lot Number", TEXT, COLLECTED, "", ""),
    "LOC": ("Anatomical Location", TEXT, COLLECTED, "LOC", ""),
    "LAT": ("Laterality", TEXT, COLLECTED, "LAT", ""),
    "PSTRG": ("Pharmaceutical Strength", FLOAT, COLLECTED, "", ""),
    "PSTRGU": ("Pharmaceutical Strength Units", TEXT, ASSIGNED, "UNIT", ""),
    "VAMT": ("Treatment Vehicle Amount", FLOAT, COLLECTED, "", ""),
    "VAMTU": ("Treatment Vehicle Amount Units", TEXT, ASSIGNED, "UNIT", ""),
    "PRIOR": ("Prior", TEXT, COLLECTED, "NY", ""),
    "STDTC": ("Start Date/Time", MOMENT, COLLECTED, "", ""),
    "ENDTC": ("End Date/Time", MOMENT, COLLECTED, "", ""),
    "STDY": ("Study Day of Start", INTEGER, DERIVED, "", DAY_METHOD),
    "ENDY": ("Study Day of End", INTEGER, DERIVED, "", DAY_METHOD),
    "DUR": ("Duration", DURATION, COLLECTED, "", ""),
    "ENRTPT": ("End Relative to Reference Time Point", TEXT, COLLECTED, "STENRF", ""),
    "ENTPT": ("End Reference Time Point", TEXT, ASSIGNED, "", ""),
    "EVDTYP": ("Medical History Event Date Type", TEXT, ASSIGNED, "MHEDTTYP", ""),
    "TESTCD": ("Short Name of Test", TEXT, ASSIGNED, "TESTCD", ""),
    "TEST": ("Name of Test", TEXT, ASSIGNED, "", ""),
    "OBJ": ("Object of the Observation", TEXT, ASSIGNED, "", ""),
    "ORRES": ("Result or Finding in Original Units", TEXT, COLLECTED, "", ""),
    "ORRESU": ("Original Units", TEXT, ASSIGNED, "UNIT", ""),
    "STRESC": ("Character Result/Finding in Std Format", TEXT, DERIVED, "", "The result as collected."),
    "STRESN": (
        "Numeric Result/Finding in Standard Units",
        FLOAT,
        DERIVED,
        "",
        "The result, when it is a number.",
    ),
    "STRESU": ("Standard Units", TEXT, ASSIGNED, "UNIT", ""),
    "METHOD": ("Method of Test or Examination", TEXT, COLLECTED, "METHOD", ""),
    "LOBXFL": (
        "Last Observation Before Exposure Flag",
        TEXT,
        DERIVED,
        "NY",
        "Y for the last result of a test on or before the day of RFXSTDTC, at a visit before the injection.",
    ),
    "EVAL": ("Evaluator", TEXT, COLLECTED, "", ""),
    "EVLINT": ("Evaluation Interval", DURATION, ASSIGNED, "", ""),
    "DRVFL": ("Derived Flag", TEXT, ASSIGNED, "NY", ""),
    "DTC": ("Date/Time of Collection", MOMENT, COLLECTED, "", ""),
    "DY": ("Study Day of Collection", INTEGER, DERIVED, "", DAY_METHOD),
    "TPT": ("Planned Time Point Name", TEXT, ASSIGNED, "", ""),
    "TPTNUM": ("Planned Time Point Number", INTEGER, ASSIGNED, "", ""),
    "ELTM": ("Planned Elapsed Time from Time Point Ref", DURATION, COLLECTED, "", ""),
    "TPTREF": ("Time Point Reference", TEXT, ASSIGNED, "", ""),
}
# Variables that are called so in every domain, or in one alone.
WHOLE: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "STUDYID": ("Study Identifier", TEXT, PROTOCOL, "", ""),
    "DOMAIN": ("Domain Abbreviation", TEXT, ASSIGNED, "", ""),
    "RDOMAIN": ("Related Domain Abbreviation", TEXT, ASSIGNED, "", ""),
    "USUBJID": (
        "Unique Subject Identifier",
        TEXT,
        DERIVED,
        "",
        "STUDYID, a hyphen and the code of the participant.",
    ),
    "SUBJID": ("Subject Identifier for the Study", TEXT, ASSIGNED, "", ""),
    "SPDEVID": ("Sponsor Device Identifier", TEXT, COLLECTED, "", ""),
    "SITEID": ("Study Site Identifier", TEXT, ASSIGNED, "", ""),
    "RFSTDTC": ("Subject Reference Start Date/Time", MOMENT, DERIVED, "", "The start of the injection."),
    "RFENDTC": (
        "Subject Reference End Date/Time",
        MOMENT,
        DERIVED,
        "",
        "The end of the participation; while it lasts, the last visit.",
    ),
    "RFXSTDTC": ("Date/Time of First Study Treatment", MOMENT, DERIVED, "", "The start of the injection."),
    "RFXENDTC": ("Date/Time of Last Study Treatment", MOMENT, DERIVED, "", "The end of the injection."),
    "RFICDTC": ("Date/Time of Informed Consent", MOMENT, DERIVED, "", "The date of the consent."),
    "RFPENDTC": (
        "Date/Time of End of Participation",
        MOMENT,
        DERIVED,
        "",
        "The end of the participation; while it lasts, the last visit.",
    ),
    "DTHDTC": ("Date/Time of Death", MOMENT, DERIVED, "", "The end of the fatal event."),
    "DTHFL": ("Subject Death Flag", TEXT, DERIVED, "NY", "Y when an adverse event is fatal."),
    "BRTHDTC": ("Date/Time of Birth", MOMENT, COLLECTED, "", ""),
    "AGE": ("Age", INTEGER, DERIVED, "", "The year of the consent less the year of birth."),
    "AGEU": ("Age Units", TEXT, ASSIGNED, "AGEU", ""),
    "SEX": ("Sex", TEXT, COLLECTED, "SEX", ""),
    "RACE": ("Race", TEXT, NOT_AVAILABLE, "", ""),
    "ARMCD": ("Planned Arm Code", TEXT, ASSIGNED, "ARM", ""),
    "ARM": ("Description of Planned Arm", TEXT, ASSIGNED, "", ""),
    "ACTARMCD": ("Actual Arm Code", TEXT, ASSIGNED, "ARM", ""),
    "ACTARM": ("Description of Actual Arm", TEXT, ASSIGNED, "", ""),
    "ARMNRS": ("Reason Arm and/or Actual Arm is Null", TEXT, ASSIGNED, "ARMNULRS", ""),
    "ACTARMUD": ("Description of Unplanned Actual Arm", TEXT, NOT_AVAILABLE, "", ""),
    "COUNTRY": ("Country", TEXT, NOT_AVAILABLE, "", ""),
    "COREF": ("Comment Reference", TEXT, ASSIGNED, "", ""),
    "COVAL": ("Comment", TEXT, COLLECTED, "", ""),
    "ETCD": ("Element Code", TEXT, ASSIGNED, "", ""),
    "ELEMENT": ("Description of Element", TEXT, ASSIGNED, "", ""),
    "TAETORD": ("Planned Order of Element within Arm", INTEGER, PROTOCOL, "", ""),
    "VISITNUM": (
        "Visit Number",
        FLOAT,
        DERIVED,
        "",
        "The place in the schedule; of an unscheduled visit that of the planned one before it, and a number.",
    ),
    "VISIT": ("Visit Name", TEXT, PROTOCOL, "", ""),
    "VISITDY": ("Planned Study Day of Visit", INTEGER, PROTOCOL, "", ""),
    "EPOCH": (
        "Epoch",
        TEXT,
        DERIVED,
        "EPOCH",
        "Of a planned visit by the schedule; else by the date: before, on or after the day of the injection.",
    ),
    "SVCNTMOD": ("Contact Mode", TEXT, COLLECTED, "CNTMODE", ""),
    "SVUPDES": ("Description of Unplanned Visit", TEXT, COLLECTED, "", ""),
    "AEDECOD": ("Dictionary-Derived Term", TEXT, NOT_AVAILABLE, "", ""),
    "AEACN": ("Action Taken with Study Treatment", TEXT, COLLECTED, "ACN", ""),
    "AEACNOTH": ("Other Action Taken", TEXT, COLLECTED, "AEACNOTH", ""),
    "AEREL": ("Causality", TEXT, COLLECTED, "AEREL", ""),
    "AERELNST": ("Relationship to Non-Study Treatment", TEXT, COLLECTED, "AERELNST", ""),
    "AEOUT": ("Outcome of Adverse Event", TEXT, COLLECTED, "OUT", ""),
    "AECONTRT": ("Concomitant or Additional Trtmnt Given", TEXT, COLLECTED, "NY", ""),
    "AETOXGR": ("Standard Toxicity Grade", TEXT, COLLECTED, "TOXGR", ""),
    "AESER": ("Serious Event", TEXT, COLLECTED, "NY", ""),
    "AESDTH": ("Results in Death", TEXT, COLLECTED, "NY", ""),
    "AESLIFE": ("Is Life Threatening", TEXT, COLLECTED, "NY", ""),
    "AESHOSP": ("Requires or Prolongs Hospitalization", TEXT, COLLECTED, "NY", ""),
    "AESDISAB": ("Persist or Signif Disability/Incapacity", TEXT, COLLECTED, "NY", ""),
    "AESCONG": ("Congenital Anomaly or Birth Defect", TEXT, COLLECTED, "NY", ""),
    "AESMIE": ("Other Medically Important Serious Event", TEXT, COLLECTED, "NY", ""),
    "DSDECOD": ("Standardized Disposition Term", TEXT, ASSIGNED, "NCOMPLT", ""),
    "DSCAT": ("Category for Disposition Event", TEXT, ASSIGNED, "DSCAT", ""),
    "DSSCAT": ("Subcategory for Disposition Event", TEXT, ASSIGNED, "DSSCAT", ""),
    "DVDECOD": ("Protocol Deviation Coded Term", TEXT, COLLECTED, "DVCAT", ""),
    "PRDECOD": ("Standardized Procedure Name", TEXT, COLLECTED, "SURGERY", ""),
    "IETESTCD": ("Incl/Excl Criterion Short Name", TEXT, ASSIGNED, "IETESTCD", ""),
    "IETEST": ("Inclusion/Exclusion Criterion", TEXT, ASSIGNED, "", ""),
    "IECAT": ("Inclusion/Exclusion Category", TEXT, ASSIGNED, "IECAT", ""),
    "IEORRES": ("I/E Criterion Original Result", TEXT, COLLECTED, "NY", ""),
    "IESTRESC": ("I/E Criterion Result in Std Format", TEXT, DERIVED, "NY", "The result as collected."),
    "TESTRL": ("Rule for Start of Element", TEXT, PROTOCOL, "", ""),
    "TEENRL": ("Rule for End of Element", TEXT, PROTOCOL, "", ""),
    "TVSTRL": ("Visit Start Rule", TEXT, PROTOCOL, "", ""),
    "TIVERS": ("Protocol Criteria Versions", TEXT, PROTOCOL, "", ""),
    "TSPARMCD": ("Trial Summary Parameter Short Name", TEXT, ASSIGNED, "", ""),
    "TSPARM": ("Trial Summary Parameter", TEXT, ASSIGNED, "", ""),
    "TSVAL": ("Parameter Value", TEXT, PROTOCOL, "", ""),
    "IDVAR": ("Identifying Variable", TEXT, ASSIGNED, "", ""),
    "IDVARVAL": ("Identifying Variable Value", TEXT, ASSIGNED, "", ""),
    "QNAM": ("Qualifier Variable Name", TEXT, ASSIGNED, "", ""),
    "QLABEL": ("Qualifier Variable Label", TEXT, ASSIGNED, "", ""),
    "QVAL": ("Data Value", TEXT, COLLECTED, "", ""),
    "QORIG": ("Origin", TEXT, ASSIGNED, "", ""),
    "QEVAL": ("Evaluator", TEXT, ASSIGNED, "", ""),
    "RELTYPE": ("Relationship Type", TEXT, ASSIGNED, "RELTYPE", ""),
    "RELID": ("Relationship Identifier", TEXT, ASSIGNED, "", ""),
}


def _variable(domain: str, name: str) -> Variable:
    found = WHOLE.get(name) or ENDS[name.removeprefix(domain)]
    label, kind, origin, codelist, method = found
    if codelist == "TESTCD":
        codelist = f"{domain}TESTCD"
    return Variable(name, label, kind, origin, codelist, method)


def _domain(code: str, label: str, of_class: str, structure: str, keys: str, variables: str) -> Domain:
    """`--` stands for the code of the domain."""
    names = variables.replace("--", code).split()
    made = tuple(_variable(code, name) for name in names)
    return Domain(code, label, of_class, structure, tuple(keys.replace("--", code).split()), made)


WHO = "STUDYID DOMAIN USUBJID"
OF_VISIT = "VISITNUM VISIT EPOCH"
SPAN = "--STDTC --ENDTC --STDY --ENDY"
RESULT = "--ORRES --ORRESU --STRESC --STRESN --STRESU --STAT --REASND"
ONE_FINDING = "One record per finding per visit per subject"
OF_SUBJECT = "STUDYID USUBJID --SEQ"

DOMAINS: Final = tuple(
    _domain(*row)
    for row in (
        ("TA", "Trial Arms", DESIGN, "One record per planned element per arm",
         "STUDYID ARMCD TAETORD",
         "STUDYID DOMAIN ARMCD ARM TAETORD ETCD ELEMENT EPOCH"),
        ("TE", "Trial Elements", DESIGN, "One record per planned element",
         "STUDYID ETCD",
         "STUDYID DOMAIN ETCD ELEMENT TESTRL TEENRL"),
        ("TV", "Trial Visits", DESIGN, "One record per planned visit",
         "STUDYID VISITNUM",
         "STUDYID DOMAIN VISITNUM VISIT VISITDY TVSTRL"),
        ("TI", "Trial Inclusion/Exclusion Criteria", DESIGN, "One record per criterion",
         "STUDYID IETESTCD",
         "STUDYID DOMAIN IETESTCD IETEST IECAT TIVERS"),
        ("TS", "Trial Summary", DESIGN, "One record per trial summary parameter",
         "STUDYID TSPARMCD TSSEQ",
         "STUDYID DOMAIN TSSEQ TSPARMCD TSPARM TSVAL"),
        ("DM", "Demographics", SPECIAL, "One record per subject",
         "STUDYID USUBJID",
         "STUDYID DOMAIN USUBJID SUBJID RFSTDTC RFENDTC RFXSTDTC RFXENDTC RFICDTC RFPENDTC DTHDTC DTHFL "
         "SITEID BRTHDTC AGE AGEU SEX RACE ARMCD ARM ACTARMCD ACTARM ARMNRS ACTARMUD COUNTRY"),
        ("CO", "Comments", SPECIAL, "One record per comment per subject",
         OF_SUBJECT,
         "STUDYID DOMAIN RDOMAIN USUBJID COSEQ IDVAR IDVARVAL COREF COVAL"),
        ("SE", "Subject Elements", SPECIAL, "One record per element per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ ETCD ELEMENT TAETORD EPOCH {SPAN}"),
        ("SV", "Subject Visits", SPECIAL, "One record per visit per subject",
         "STUDYID USUBJID VISITNUM",
         f"{WHO} VISITNUM VISIT --PRESP --OCCUR --REASOC SVCNTMOD VISITDY EPOCH {SPAN} SVUPDES"),
        ("CM", "Concomitant/Prior Medications", INTERVENTIONS, "One record per medication per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --SPID --TRT --CAT --SCAT --PRESP --OCCUR --STAT --REASND --INDC --DOSE --DOSU "
         f"--DOSFRQ "
         f"--ROUTE --PRIOR {OF_VISIT} {SPAN} --DUR --ENRTPT --ENTPT"),
        ("EC", "Exposure as Collected", INTERVENTIONS, "One record per drug per side per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --GRPID --SPID --LNKID --TRT --PRESP --OCCUR --REASOC --DOSE --DOSU --ROUTE "
         f"--LOT --LOC "
         f"--LAT --PSTRG --PSTRGU --VAMT --VAMTU {OF_VISIT} {SPAN}"),
        ("EX", "Exposure", INTERVENTIONS, "One record per drug per side per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --SPID --LNKID --TRT --DOSE --DOSU --ROUTE --LOT --LOC --LAT {OF_VISIT} {SPAN}"),
        ("PR", "Procedures", INTERVENTIONS, "One record per procedure per level per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --GRPID --SPID --LNKID --TRT --DECOD --CAT --SCAT --PRESP --OCCUR --REASOC --STAT "
         f"--REASND --INDC --LOC --LAT {OF_VISIT} {SPAN} --DUR"),
        ("AG", "Procedure Agents", INTERVENTIONS, "One record per agent per procedure per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --LNKID --TRT --CAT --PRESP --OCCUR --STAT --REASND --DOSE --DOSU --PSTRG --PSTRGU "
         f"{OF_VISIT} --STDTC --STDY"),
        ("SU", "Substance Use", INTERVENTIONS, "One record per substance per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --TRT --CAT --PRESP --OCCUR --STAT --REASND {OF_VISIT} --ENRTPT --ENTPT"),
        ("AE", "Adverse Events", EVENTS, "One record per adverse event per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --GRPID --SPID --LNKID --TERM --DECOD AESER AEACN AEACNOTH AEREL AERELNST AEOUT "
         f"AESCONG "
         f"AESDISAB AESDTH AESHOSP AESLIFE AESMIE AECONTRT AETOXGR EPOCH {SPAN} --ENRTPT --ENTPT"),
        ("DS", "Disposition", EVENTS, "One record per milestone or disposition event per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --SPID --TERM DSDECOD DSCAT DSSCAT {OF_VISIT} --STDTC --STDY"),
        ("DV", "Protocol Deviations", EVENTS, "One record per deviation per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --SPID --LNKID --TERM DVDECOD EPOCH --STDTC --STDY"),
        ("HO", "Healthcare Encounters", EVENTS, "One record per encounter per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --SPID --TERM EPOCH {SPAN}"),
        ("MH", "Medical History", EVENTS, "One record per condition per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --TERM --CAT --PRESP --OCCUR --STAT --REASND --EVDTYP {OF_VISIT}"),
        ("IE", "Inclusion/Exclusion Criteria Not Met", FINDINGS,
         "One record per criterion not met per subject",
         OF_SUBJECT,
         f"{WHO} --SEQ --TESTCD --TEST IECAT IEORRES IESTRESC {OF_VISIT} --DTC --DY"),
        ("LB", "Laboratory Test Results", FINDINGS, ONE_FINDING,
         OF_SUBJECT,
         f"{WHO} --SEQ --TESTCD --TEST {RESULT} --DRVFL {OF_VISIT} --DTC --DY"),
        ("MK", "Musculoskeletal System Findings", FINDINGS, ONE_FINDING,
         OF_SUBJECT,
         f"{WHO} SPDEVID --SEQ --LNKID --REFID --TESTCD --TEST {RESULT} --LOC --LAT --METHOD --LOBXFL "
         f"--DRVFL "
         f"--EVAL {OF_VISIT} --DTC --DY --TPT --TPTNUM"),
        ("PE", "Physical Examination", FINDINGS, ONE_FINDING,
         OF_SUBJECT,
         f"{WHO} --SEQ --TESTCD --TEST {RESULT} --LAT --DRVFL --EVAL {OF_VISIT} --DTC --DY"),
        ("QS", "Questionnaires", FINDINGS, ONE_FINDING,
         OF_SUBJECT,
         f"{WHO} --SEQ --GRPID --LNKID --TESTCD --TEST --CAT {RESULT} --METHOD --LOBXFL --DRVFL {OF_VISIT} "
         f"--DTC --DY --TPT --TPTNUM --ELTM --TPTREF --EVLINT"),
        ("SC", "Subject Characteristics", FINDINGS, ONE_FINDING,
         OF_SUBJECT,
         f"{WHO} --SEQ --TESTCD --TEST {RESULT} --DRVFL {OF_VISIT} --DTC --DY"),
        ("VS", "Vital Signs", FINDINGS, ONE_FINDING,
         OF_SUBJECT,
         f"{WHO} --SEQ --TESTCD --TEST {RESULT} --LOBXFL --DRVFL {OF_VISIT} --DTC --DY"),
        ("FA", "Findings About Events or Interventions", ABOUT, ONE_FINDING,
         OF_SUBJECT,
         f"{WHO} --SEQ --LNKID --TESTCD --TEST --OBJ {RESULT} --LAT {OF_VISIT} --DTC --DY"),
        ("RELREC", "Related Records", RELATED, "One record per related record or dataset",
         "STUDYID RDOMAIN USUBJID IDVAR IDVARVAL RELID", "STUDYID RDOMAIN USUBJID IDVAR IDVARVAL "
         "RELTYPE RELID"),
    )
)  # fmt: skip


def supplemental(domain: Domain) -> Domain:
    """SUPP-- of a domain."""
    return _domain(
        f"SUPP{domain.code}",
        f"Supplemental Qualifiers for {domain.code}",
        RELATED,
        "One record per supplemental qualifier per related parent record",
        "STUDYID RDOMAIN USUBJID IDVAR IDVARVAL QNAM",
        "STUDYID RDOMAIN USUBJID IDVAR IDVARVAL QNAM QLABEL QVAL QORIG QEVAL",
    )


DATASETS: Final[dict[str, Domain]] = {
    each.code: each
    for domain in DOMAINS
    for each in ((domain,) if domain.of_class in (DESIGN, RELATED) else (domain, supplemental(domain)))
}
