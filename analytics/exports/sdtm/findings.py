"""IE, MK, QS, VS, FA, SC, PE, LB: what was measured, rated and found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from analytics.exports.casebooks import FilledForm
from analytics.exports.sdtm import places
from analytics.exports.sdtm.interventions import BLOCK, INJECTION, MRI, OF_INJECTION, OF_MRI
from analytics.exports.sdtm.record import Given, Making, Record, Value
from analytics.exports.sdtm.subject import Subject
from trial.models.eligibility import CRITERIA
from trial.protocol.scoring import odi

PAIN, DISABILITY = "PI", "ODI V2.1A"
RATING = "NUMERICAL RATING SCALE 11-POINT"
FLEXION = ("ROMFLX", "Range of Motion, Flexion")


@dataclass(frozen=True)
class Test:
    """What an item finds: the code and the name of the test."""

    item: str
    code: str
    name: str


PAIN_TESTS = (
    Test("nrs_avg24", "PI0102", "PI01-Average Pain Intensity"),
    Test("nrs_worst24", "PI0106", "PI01-Worst Pain Intensity"),
    Test("nrs_least24", "PI0105", "PI01-Least Pain Intensity"),
    Test("nrs_now", "PI0101", "PI01-Pain Intensity"),
    Test("nrs_rest", "PIREST", "Pain Intensity at Rest"),
    Test("nrs_move", "PIMOVE", "Pain Intensity on Movement"),
)
# Short names of the sections only: the wording is licensed.
ODI_NAMES = (
    *("Pain Intensity", "Personal Care", "Lifting", "Walking", "Sitting"),
    *("Standing", "Sleeping", "Sex Life", "Social Life", "Travelling"),
)
ODI_TESTS = tuple(
    Test(f"odi{number:02}", f"ODI01{number:02}", f"ODI01-{name}")
    for number, name in enumerate(ODI_NAMES, start=1)
)
ODI_TOTAL = Test("odi_pct", "ODI0111", "ODI01-Your ODI")
MRI_TESTS = (
    Test("hern", "HERN", "Disc Herniation"),
    Test("herntype", "HERNTYPE", "Type of Disc Herniation"),
    Test("sten", "STEN", "Spinal Canal Stenosis"),
    Test("stengrade", "STENGRD", "Grade of Stenosis (Schizas)"),
    Test("foram", "FORAM", "Foraminal Stenosis"),
    Test("listh", "LISTH", "Spondylolisthesis Grade"),
    Test("modic", "MODIC", "Modic Changes Type"),
    Test("pfirr", "PFIRR", "Disc Degeneration (Pfirrmann)"),
    Test("goutal", "GOUTAL", "Fatty Multifidus (Goutallier)"),
    Test("hardware", "HARDWARE", "Artefact of Hardware"),
    Test("tlfleft", "TLFTHICK", "Thickness of Thoracolumbar Fascia"),
    Test("tlfright", "TLFTHICK", "Thickness of Thoracolumbar Fascia"),
)
SIDES = {"tlfleft": "LEFT", "tlfright": "RIGHT", "slrleft": "LEFT", "slrright": "RIGHT"}
AT_LEVELS = {"hern": "hernlev", "sten": "stenlev"}
SIDE_TESTS = (
    Test("tipus", "TIPUS", "Tip Confirmed by Ultrasound"),
    Test("tipfl", "TIPFL", "Tip Confirmed by Fluoroscopy"),
    Test("aspneg", "ASPNEG", "Negative Aspiration"),
    Test("vasupt", "VASUPT", "Vascular Uptake Seen"),
    Test("dispcrn", "DISPCRN", "Cranial End of Dispersion"),
    Test("dispcau", "DISPCAU", "Caudal End of Dispersion"),
    Test("disppat", "DISPPAT", "Pattern of Dispersion"),
    Test("dispseg", "DISPSEG", "Segments of Dispersion"),
)
BLOCK_TESTS = (
    Test("mbbrelief", "RELIEF", "Relief of Pain"),
    Test("mbbhrs", "RELDUR", "Duration of Relief"),
    Test("mbbresp", "RESPONSE", "Response"),
)
VITAL_TESTS = (
    Test("height", "HEIGHT", "Height"),
    Test("weight", "WEIGHT", "Weight"),
    Test("bmi", "BMI", "Body Mass Index"),
)
SUBJECT_TESTS = (
    Test("employ", "EMPJOB", "Employment Status"),
    Test("compens", "COMPENS", "Claim for Compensation Pending"),
)
EXAMINATION_TESTS = (
    Test("slrleft", "SLR", "Straight Leg Raise"),
    Test("slrright", "SLR", "Straight Leg Raise"),
    Test("neuronl", "NEURO", "Dermatomes, Strength, Reflexes Normal"),
)
LABORATORY_TESTS = (
    Test("inr", "INR", "Prothrombin Intl. Normalized Ratio"),
    Test("plat", "PLAT", "Platelets"),
    Test("hba1c", "HBA1C", "Hemoglobin A1C"),
)
UNITS = {
    "kg/m²": "kg/m2",
    "10⁹/L": "10^9/L",
    "%": "%",
    "deg": "deg",
    "cm": "cm",
    "kg": "kg",
    "mm": "mm",
    "h": "h",
}


def records(subject: Subject) -> Iterator[Record]:
    """Every record of a finding."""
    for form in subject.casebook.forms:
        if form.record.form in MADE:
            yield from MADE[form.record.form](form)


def finding(
    domain: str, given: Given, test: Test, also: Mapping[str, Value] | None = None
) -> Iterator[Record]:
    """The record of one item, if it has a value or says why it has none."""
    if not given.has(test.item):
        return
    made = Making(domain, given)
    item, value = given.item(test.item), made(test.item)
    unit = UNITS[item.unit] if item.unit and value is not None else None
    number = given.raw(test.item)
    values: dict[str, Value] = {
        f"{domain}TESTCD": test.code,
        f"{domain}TEST": test.name,
        f"{domain}ORRES": value,
        f"{domain}ORRESU": unit,
        f"{domain}STRESC": value,
        f"{domain}STRESN": number if isinstance(number, int | Decimal) else None,
        f"{domain}STRESU": unit,
        **made.not_done(test.item),
        f"{domain}DRVFL": "Y" if item.derived else None,
        **(also or {}),
    }
    if domain == "FA":
        del values["FADRVFL"]
    yield made.record(values, told=[test.item])


def _visited(form: FilledForm) -> Value:
    """When what has no date of its own was found: on the day of the visit."""
    day = form.visit.visit_date if form.visit else None
    return day.isoformat() if day else None


def _pain(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    for test in PAIN_TESTS:
        over_a_day = "24" in test.item
        also: dict[str, Value] = {
            "QSCAT": PAIN,
            "QSMETHOD": RATING,
            "QSDTC": _visited(form),
            "QSEVLINT": "-PT24H" if over_a_day else None,
        }
        yield from finding("QS", given, test, also)


def _disability(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    visit = form.visit.code if form.visit else ""
    of_all: dict[str, Value] = {
        "QSCAT": DISABILITY,
        "QSGRPID": f"ODI-{visit}",
        "QSDTC": _visited(form),
    }
    for test in ODI_TESTS:
        yield from finding("QS", given, test, of_all)
    total = Making("QS", given)
    for item, name in (
        ("odi_mode", "ODIMODE"),
        ("odi_n", "ODIN"),
        ("odi_sum", "ODISUM"),
        ("odi_band", "ODIBAND"),
    ):
        total.put_beside(item, as_name=name)
    total.put_beside("odi_multi")
    value = total("odi_pct")
    too_few = f"FEWER THAN {odi.FEWEST_ANSWERED} SECTIONS ANSWERED"
    values: dict[str, Value] = {
        "QSTESTCD": ODI_TOTAL.code,
        "QSTEST": ODI_TOTAL.name,
        "QSORRES": value,
        "QSORRESU": "%" if value else None,
        "QSSTRESC": value,
        "QSSTRESN": total.number("odi_pct"),
        "QSSTRESU": "%" if value else None,
        "QSSTAT": None if value else "NOT DONE",
        "QSREASND": None if value else too_few,
        "QSDRVFL": "Y",
        **of_all,
    }
    yield total.record(values, id_variable="QSGRPID")


def _motion(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    of_all: dict[str, Value] = {"MKLOC": places.LUMBAR_SPINE, "MKDTC": _visited(form)}
    if given("rom_perf") != "Y":
        mk = Making("MK", given)
        code, name = FLEXION
        reason = mk("rom_reasnd") or "NOT KNOWN"
        mk("rom_perf")
        values: dict[str, Value] = {
            "MKTESTCD": code,
            "MKTEST": name,
            "MKSTAT": "NOT DONE",
            "MKREASND": reason,
        }
        yield mk.record(values | of_all)
        return
    by = Making("MK", given)
    of_all |= {"MKMETHOD": by("rom_meth"), "MKEVAL": by("rom_eval"), "SPDEVID": by("rom_dev")}
    beside = by.record({}).qualifiers
    for number in (1, 2, 3):
        trial: dict[str, Value] = {"MKTPT": f"TRIAL {number}", "MKTPTNUM": number}
        for record in finding("MK", given, Test(f"rom_t{number}", *FLEXION), of_all | trial):
            record.qualifiers, beside = record.qualifiers + beside, []
            yield record
    yield from finding("MK", given, Test("rom_mean", *FLEXION), of_all)


def _mri(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    by = Making("MK", given)
    of_all: dict[str, Value] = {
        "MKLNKID": OF_MRI,
        "MKREFID": by("mrirepid"),
        "MKLOC": places.LUMBAR_SPINE,
        "MKMETHOD": MRI,
        "MKEVAL": by("mriread"),
        "MKDTC": given("mridat"),
    }
    by.put_beside("mrirddat", as_name="READDTC")
    beside = by.record({}).qualifiers
    for test in MRI_TESTS:
        for record in finding("MK", given, test, of_all | {"MKLAT": SIDES.get(test.item)}):
            record.qualifiers, beside = record.qualifiers + beside, []
            yield from _at_levels(given, test, record)


def _at_levels(given: Given, test: Test, record: Record) -> Iterator[Record]:
    """The finding at each level where it was; once, when no level is told."""
    item = AT_LEVELS.get(test.item)
    if item is None:
        yield record
        return
    at = Making(record.domain, given)
    at(item)
    record.qualifiers += at.record({}).qualifiers
    first, *others = given.raw(item) or [None]
    record.values["MKLOC"] = places.level(first) or record.values["MKLOC"]
    yield record
    for level in others:
        yield Record(record.domain, record.values | {"MKLOC": places.level(level)}, record.visit)


def _injection(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    for row in given.rows(form, "side"):
        of_all: dict[str, Value] = {
            "FAOBJ": INJECTION,
            "FALNKID": f"{OF_INJECTION}-{row.key}",
            "FALAT": row.key,
            "FADTC": given.moment("injdat", "injsttim"),
        }
        for test in SIDE_TESTS:
            yield from finding("FA", row, test, of_all)


def _prior_treatment(form: FilledForm) -> Iterator[Record]:
    for row in Given.of(form).rows(form, "block"):
        link = f"MBB-{row.key}"
        yield from _around_block(row, link)
        for test in BLOCK_TESTS:
            also: dict[str, Value] = {"FAOBJ": BLOCK, "FALNKID": link, "FADTC": row("mbbdat")}
            yield from finding("FA", row, test, also)


def _around_block(row: Given, link: str) -> Iterator[Record]:
    """Pain before and after a block."""
    minutes = Making("QS", row)
    after = minutes("mbbmin")
    points: dict[str, dict[str, Value]] = {
        "mbbpre": {"QSTPT": "BEFORE", "QSTPTNUM": 1},
        "mbbpost": {"QSTPT": "AFTER", "QSTPTNUM": 2, "QSELTM": f"PT{after}M" if after else None},
    }
    for item, point in points.items():
        also: dict[str, Value] = {
            "QSCAT": PAIN,
            "QSMETHOD": RATING,
            "QSLNKID": link,
            "QSDTC": row("mbbdat"),
            "QSTPTREF": BLOCK,
            **point,
        }
        for record in finding("QS", row, Test(item, "PI0101", "PI01-Pain Intensity"), also):
            if item == "mbbpost":
                record.qualifiers += minutes.record({}).qualifiers
            yield record


def _demographics(form: FilledForm) -> Iterator[Record]:
    given, day = Given.of(form), _visited(form)
    for test in VITAL_TESTS:
        yield from finding("VS", given, test, {"VSDTC": day})
    for test in SUBJECT_TESTS:
        yield from finding("SC", given, test, {"SCDTC": day})


def _eligibility(form: FilledForm) -> Iterator[Record]:
    given, day = Given.of(form), _visited(form)
    yield from _criteria(given)
    rated: dict[str, Value] = {
        "QSCAT": PAIN,
        "QSMETHOD": RATING,
        "QSEVLINT": "-PT24H",
        "QSDTC": given("iedat"),
    }
    yield from finding("QS", given, Test("scrnrs", "PI0102", "PI01-Average Pain Intensity"), rated)
    yield from _examination(given)
    for test in LABORATORY_TESTS:
        yield from finding("LB", given, test, {"LBDTC": day})


def _examination(given: Given) -> Iterator[Record]:
    by = Making("PE", given)
    of_all: dict[str, Value] = {"PEEVAL": by("examiner"), "PEDTC": by("examdat")}
    beside = by.record({}).qualifiers
    for test in EXAMINATION_TESTS:
        for record in finding("PE", given, test, of_all | {"PELAT": SIDES.get(test.item)}):
            record.qualifiers, beside = record.qualifiers + beside, []
            yield record


def _criteria(given: Given) -> Iterator[Record]:
    """The criteria that speak against the participant, and no others."""
    for code, criterion in CRITERIA.items():
        answer = given(criterion.item)
        if answer is not None and answer not in criterion.admitted:
            values: dict[str, Value] = {
                "IETESTCD": code,
                "IETEST": criterion.label,
                "IECAT": criterion.kind.upper(),
                "IEORRES": answer,
                "IESTRESC": answer,
                "IEDTC": given("iedat"),
            }
            yield Record("IE", values, given.visit)


MADE = {
    "pain": _pain,
    "disability": _disability,
    "motion": _motion,
    "mri": _mri,
    "injection": _injection,
    "prior_treatment": _prior_treatment,
    "demographics": _demographics,
    "eligibility": _eligibility,
}
