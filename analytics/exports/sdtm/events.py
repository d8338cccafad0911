"""AE, DS, DV, HO, MH: what happened."""

from collections.abc import Iterator

from analytics.exports.casebooks import FilledForm
from analytics.exports.sdtm.record import Given, Making, Record, Value
from analytics.exports.sdtm.subject import Subject
from trial.lifecycle import SCREEN_FAILURE

MILESTONE, DISPOSITION = "PROTOCOL MILESTONE", "DISPOSITION EVENT"
PARTICIPATION, TREATMENT = "STUDY PARTICIPATION", "STUDY TREATMENT"
CONSENT = "INFORMED CONSENT OBTAINED"
SERIOUS = ("aeser", "aesdth", "aeslife", "aeshosp", "aesdisab", "aescong", "aesmie")
# What was an entry criterion is no deviation of SDTM: IE tells it.
ENTRY_CRITERIA = "ELIGIBILITY"


def records(subject: Subject) -> Iterator[Record]:
    """Every record of an event."""
    for form in subject.casebook.forms:
        if form.record.form in MADE:
            yield from MADE[form.record.form](form)
    if subject.casebook.participant.state == SCREEN_FAILURE:
        yield from _screen_failure(subject)


def _adverse_event(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    ae = Making("AE", given)
    ae.put_beside()
    goes_on = ae("aeongo")
    values: dict[str, Value] = {
        "AESPID": str(form.record.repeat),
        "AEGRPID": ae("aegrpid"),
        "AELNKID": ae("aelink"),
        "AETERM": ae("aeterm"),
        **{f"AE{item.removeprefix('ae').upper()}": ae(item) for item in SERIOUS},
        "AEACN": ae("aeacn"),
        "AEACNOTH": ae("aeacnoth"),
        "AEREL": ae("aerel"),
        "AERELNST": ae("aerelnst"),
        "AEOUT": ae("aeout"),
        "AECONTRT": ae("aecontrt"),
        "AETOXGR": ae("aetoxgr"),
        "AESTDTC": ae.moment("aestdat", "aesttim"),
        "AEENDTC": ae("aeendat"),
        "AEENRTPT": {"Y": "ONGOING", "N": "BEFORE"}.get(goes_on or ""),
        "AEENTPT": "LAST ENTRY" if goes_on else None,
    }
    yield ae.record(values)
    if given.has("aehodat", "aehoend"):
        ho = Making("HO", given)
        stay: dict[str, Value] = {
            "HOSPID": str(form.record.repeat),
            "HOTERM": "HOSPITAL",
            "HOSTDTC": ho("aehodat"),
            "HOENDTC": ho("aehoend"),
        }
        yield ho.record(stay)


def _consent(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    ds = Making("DS", given)
    ds.put_beside()
    yield ds.record(_milestone(CONSENT, CONSENT) | {"DSSTDTC": ds.moment("dsstdat_ic", "ictim")})
    for row in given.rows(form, "reconsent"):
        again = Making("DS", row)
        again.put_beside()
        values = _milestone("INFORMED CONSENT RE-OBTAINED", CONSENT)
        yield again.record(values | {"DSSPID": row.key, "DSSTDTC": again("recdat")})


def _milestone(term: str, decoded: str) -> dict[str, Value]:
    return {"DSTERM": term, "DSDECOD": decoded, "DSCAT": MILESTONE}


def _eligibility(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given("elig") == "Y":
        ds = Making("DS", given)
        met = "ELIGIBILITY CRITERIA MET"
        yield ds.record(_milestone(met, met) | {"DSSTDTC": ds("iedat")})


def _screen_failure(subject: Subject) -> Iterator[Record]:
    given = subject.given("eligibility")
    values = _disposition(PARTICIPATION, "SCREEN FAILURE")
    yield Record(
        "DS", values | {"DSSTDTC": given("iedat") if given else None}, given.visit if given else None
    )


def _disposition(scope: str, decoded: str | None, term: str | None = None) -> dict[str, Value]:
    return {
        "DSTERM": term or decoded,
        "DSDECOD": decoded,
        "DSCAT": DISPOSITION,
        "DSSCAT": scope,
    }


def _treatment_stop(form: FilledForm) -> Iterator[Record]:
    ds = Making("DS", Given.of(form))
    ds.put_beside()
    values = _disposition(TREATMENT, ds("tsdecod"), ds("tsoth"))
    yield ds.record(values | {"DSSTDTC": ds("tsdat")})


def _withdrawal(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    ds = Making("DS", given)
    ds.put_beside()
    values = _disposition(PARTICIPATION, ds("wddecod"), ds("wdoth"))
    record = ds.record(values | {"DSSTDTC": ds("wddat")})
    for row in given.rows(form, "attempt"):
        attempt = Making("DS", row)
        attempt.put_beside(suffix=row.key)
        record.qualifiers += attempt.record({}).qualifiers
    yield record


def _study_end(form: FilledForm) -> Iterator[Record]:
    ds = Making("DS", Given.of(form))
    ds.put_beside()
    decoded = {"Y": "COMPLETED", "N": "OTHER"}.get(ds("secomp") or "")
    values = _disposition(PARTICIPATION, decoded, ds("sereas"))
    yield ds.record(values | {"DSSTDTC": ds("sedat")})


def _deviation(form: FilledForm) -> Iterator[Record]:
    """What a person confirmed, and is no entry criterion."""
    given = Given.of(form)
    if given("dvconf") != "Y" or given("dvdecod") == ENTRY_CRITERIA:
        return
    dv = Making("DV", given)
    dv.put_beside("dvdiscd", "dvorig", "dvconf", "dvsev", "dvaction", "dvirbdat", "dvppset")
    values: dict[str, Value] = {
        "DVSPID": str(form.record.repeat),
        "DVLNKID": dv("dvlink"),
        "DVTERM": dv("dvterm"),
        "DVDECOD": dv("dvdecod"),
        "DVSTDTC": dv("dvstdat"),
    }
    yield dv.record(values)


def _demographics(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given.has("diab"):
        yield Making("MH", given).occurrence("diab", "DIABETES", {"MHCAT": "MEDICAL HISTORY"})
    if given.has("paindur"):
        mh = Making("MH", given)
        mh.put_beside()
        values: dict[str, Value] = {
            "MHTERM": "LOW BACK PAIN",
            "MHCAT": "STUDY DISEASE",
            "MHEVDTYP": "SYMPTOM ONSET",
        }
        yield mh.record(values)


MADE = {
    "adverse_event": _adverse_event,
    "consent": _consent,
    "eligibility": _eligibility,
    "treatment_stop": _treatment_stop,
    "withdrawal": _withdrawal,
    "study_end": _study_end,
    "deviation": _deviation,
    "demographics": _demographics,
}
