"""CM, EC, EX, PR, AG, SU: what was done and given."""

from collections.abc import Iterator

from analytics.exports.casebooks import FilledForm
from analytics.exports.sdtm import places
from analytics.exports.sdtm.record import Given, Making, Record, Value
from analytics.exports.sdtm.subject import Subject
from trial.models import Visit

DRUG_CLASSES = (
    *("NSAID", "PARACETAMOL", "OPIOID", "GABAPENTINOID", "ANTIDEPRESSANT", "MUSCLE RELAXANT", "TOPICAL"),
)
INJECTION, BLOCK, MRI = "THORACOLUMBAR FASCIA INJECTION", "MEDIAL BRANCH BLOCK", "MRI"
# What ties the records of one procedure together.
OF_INJECTION, OF_MRI = "INJ", "MRI"
ROUTE = "INFILTRATION"


def records(subject: Subject) -> Iterator[Record]:
    """Every record of an intervention."""
    for form in subject.casebook.forms:
        if form.record.form in MADE:
            yield from MADE[form.record.form](form)


def _medication(form: FilledForm) -> Iterator[Record]:
    cm = Making("CM", Given.of(form))
    cm.put_beside()
    goes_on = cm("cmongo")
    values: dict[str, Value] = {
        "CMSPID": str(form.record.repeat),
        "CMTRT": cm("cmtrt"),
        "CMCAT": "ANALGESICS",
        "CMINDC": cm("cmindc"),
        "CMDOSE": cm.number("cmdose"),
        "CMDOSU": cm("cmdosu"),
        "CMDOSFRQ": cm("cmdosfrq"),
        "CMROUTE": cm("cmroute"),
        "CMSTDTC": cm("cmstdat"),
        "CMENDTC": cm("cmendat"),
        "CMENRTPT": {"Y": "ONGOING", "N": "BEFORE"}.get(goes_on or ""),
        "CMENTPT": "LAST ENTRY" if goes_on else None,
        "CMPRIOR": cm("cmprior"),
    }
    yield cm.record(values)


def _demographics(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given.has("anticoag"):
        yield Making("CM", given).occurrence("anticoag", "ANTICOAGULANT", {"CMCAT": "HISTORY"})
    if given.has("smoke"):
        yield _smoking(given)


def _smoking(given: Given) -> Record:
    su = Making("SU", given)
    smokes = su("smoke")
    ended = {"CURRENT": "ONGOING", "FORMER": "BEFORE"}.get(smokes or "")
    values: dict[str, Value] = {
        "SUTRT": "TOBACCO",
        "SUCAT": "SMOKING",
        "SUPRESP": "Y",
        "SUOCCUR": None if smokes is None else "N" if smokes == "NEVER" else "Y",
        "SUENRTPT": ended,
        "SUENTPT": "SCREENING" if ended else None,
        **su.not_done("smoke"),
    }
    return su.record(values, told=["smoke"])


def _eligibility(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given.has("sterdat"):
        cm = Making("CM", given)
        yield cm.record(
            {
                "CMTRT": "SPINAL INJECTION OR STEROID",
                "CMCAT": "LAST BEFORE THE STUDY",
                "CMSTDTC": cm("sterdat"),
            }
        )


def _prior_treatment(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given.has("ptyn"):
        also: dict[str, Value] = {"CMCAT": "PRIOR CONSERVATIVE TREATMENT"}
        yield Making("CM", given).occurrence("ptyn", "CONSERVATIVE TREATMENT", also)
    if given.has("mbbyn"):
        yield Making("PR", given).occurrence("mbbyn", BLOCK, {"PRCAT": "ENTRY TEST"})
    for row in given.rows(form, "treatment"):
        yield _treatment(row)
    for row in given.rows(form, "block"):
        yield from _block(row)


def _treatment(row: Given) -> Record:
    """Drugs are CM; what is done with hands, needles or words is PR."""
    kind = row("ptclass")
    domain = "CM" if kind is None or kind in DRUG_CLASSES else "PR"
    made = Making(domain, row)
    made.put_beside("ptresp", "ptstop")
    weeks = made("ptdur")
    values: dict[str, Value] = {
        f"{domain}SPID": row.key,
        f"{domain}TRT": made("ptagent") or kind or "UNKNOWN",
        f"{domain}CAT": "PRIOR ANALGESIC THERAPY" if domain == "CM" else "PRIOR CONSERVATIVE TREATMENT",
        f"{domain}SCAT": made("ptclass"),
        f"{domain}STDTC": made("ptstdat"),
        f"{domain}ENDTC": made("ptendat"),
        f"{domain}DUR": f"P{weeks}W" if weeks else None,
    }
    return made.record(values | ({"CMPRIOR": "Y"} if domain == "CM" else {}))


def _block(row: Given) -> Iterator[Record]:
    link = f"MBB-{row.key}"
    pr = Making("PR", row)
    pr.put_beside()
    values: dict[str, Value] = {
        "PRSPID": row.key,
        "PRLNKID": link,
        "PRTRT": BLOCK,
        "PRCAT": "ENTRY TEST",
        "PRLOC": places.level(pr("mbblevel")),
        "PRLAT": pr("mbblat"),
        "PRSTDTC": pr("mbbdat"),
    }
    yield pr.record(values)
    of_agent: dict[str, Value] = {"AGLNKID": link, "AGCAT": BLOCK, "AGSTDTC": row("mbbdat")}
    if row.has("mbbdrug", "mbbstrn", "mbbvol"):
        ag = Making("AG", row)
        yield ag.record(of_agent | _agent(ag, "mbbdrug", "mbbvol", "mbbstrn", "LOCAL ANAESTHETIC"))
    if row.has("mbbster"):
        yield Making("AG", row).occurrence("mbbster", "STEROID", of_agent)


def _agent(ag: Making, drug: str, volume: str, strength: str, unnamed: str) -> dict[str, Value]:
    """What of an agent is given: the volume is the dose, the strength beside it."""
    return {
        "AGTRT": ag(drug) or unnamed,
        "AGDOSE": ag.number(volume),
        "AGDOSU": "mL" if ag(volume) else None,
        "AGPSTRG": ag.number(strength),
        "AGPSTRGU": ag.given.item(strength).unit if ag(strength) else None,
    }


def _surgery(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given.has("surgyn"):
        also: dict[str, Value] = {"PRCAT": "PRIOR LUMBAR SURGERY"}
        yield Making("PR", given).occurrence("surgyn", "LUMBAR SURGERY", also)
    for row in given.rows(form, "operation"):
        yield from _operation(row)


def _operation(row: Given) -> Iterator[Record]:
    """One record for each level; what else is known of the operation stands beside all of them together."""
    pr = Making("PR", row)
    pr.put_beside()
    values: dict[str, Value] = {
        "PRSPID": row.key,
        "PRGRPID": f"OP-{row.key}",
        "PRTRT": pr("prtrt_soth") or pr("prtrt_s") or "UNKNOWN",
        "PRDECOD": pr("prtrt_s"),
        "PRCAT": "PRIOR LUMBAR SURGERY",
        "PRLAT": pr("side"),
        "PRSTDTC": pr("surgdat"),
    }
    pr("levels")
    first, *others = row.raw("levels") or [None]
    yield pr.record(values | {"PRLOC": places.level(first)}, id_variable="PRGRPID")
    for level in others:
        yield Record("PR", values | {"PRLOC": places.level(level)}, row.visit)


def _mri(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given.has("mridone"):
        pr = Making("PR", given)
        pr.put_beside()
        also: dict[str, Value] = {
            "PRLNKID": OF_MRI,
            "PRREASOC": pr("mrireasnd"),
            "PRLOC": places.LUMBAR_SPINE,
            "PRSTDTC": pr("mridat"),
        }
        yield pr.occurrence("mridone", MRI, also)


def _injection(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    started, stopped = given.moment("injdat", "injsttim"), given.moment("injdat", "injentim")
    if given.has("injperf"):
        yield _procedure(given)
    if given.has("fluoro"):
        pr = Making("PR", given)
        pr.put_beside("flsec", "dap")
        yield pr.occurrence("fluoro", "FLUOROSCOPY", {"PRLNKID": OF_INJECTION, "PRSTDTC": started})
    if given.has("sedation"):
        cm = Making("CM", given)
        treatment = cm("seddrug") or "SEDATION"
        yield cm.occurrence("sedation", treatment, {"CMCAT": "SEDATION", "CMSTDTC": started})
    for row in given.rows(form, "side"):
        yield from _side(row, started)
    yield from _exposure(form, given, started, stopped)


def _procedure(given: Given) -> Record:
    """The injection as a whole."""
    pr = Making("PR", given)
    pr.put_beside(
        *("position", "antisep", "stercov", "operator", "opexp", "usmake", "usmodel", "probetype"),
        *("probefreq", "levelconf"),
    )
    also: dict[str, Value] = {
        "PRLNKID": OF_INJECTION,
        "PRREASOC": pr("injreasnd"),
        "PRSTDTC": pr.moment("injdat", "injsttim"),
        "PRENDTC": pr.moment("injdat", "injentim"),
    }
    return pr.occurrence("injperf", INJECTION, also)


def _side(row: Given, started: str | None) -> Iterator[Record]:
    """One side: what was done there, and the contrast agent."""
    link = f"{OF_INJECTION}-{row.key}"
    pr = Making("PR", row)
    pr.put_beside()
    also: dict[str, Value] = {
        "PRLNKID": link,
        "PRSCAT": "ONE SIDE",
        "PRREASOC": pr("sidereasnd"),
        "PRLOC": places.level(pr("level")),
        "PRLAT": row.key,
        "PRSTDTC": started,
    }
    yield pr.occurrence("sidedone", INJECTION, also)
    if row.has("conagent", "convol", "conconc"):
        ag = Making("AG", row)
        of_agent: dict[str, Value] = {"AGLNKID": link, "AGCAT": "CONTRAST", "AGSTDTC": started}
        yield ag.record(of_agent | _agent(ag, "conagent", "convol", "conconc", "CONTRAST AGENT"))


def _exposure(form: FilledForm, given: Given, started: str | None, stopped: str | None) -> Iterator[Record]:
    """EC: each drug as it was given; a side, or everything, that was not. EX: what follows of the doses."""
    times: dict[str, Value] = {"STDTC": started, "ENDTC": stopped}
    totals = Making("EC", given)
    totals.put_beside("totvol", "lamg", "steroidmg")
    for row in given.rows(form, "drug"):
        record = _drug(row, times)
        record.qualifiers += totals.beside
        totals.beside = []
        yield record
        # Without its name, the drug is not to be known.
        if record.values["ECDOSE"] is not None and "ectrt" in row.filled.values:
            yield _exposed(record)
    if given("injperf") == "N":
        yield _not_given(given.visit, given("injreasnd"), None)
    for row in given.rows(form, "side"):
        if row("sidedone") == "N":
            yield _not_given(row.visit, row("sidereasnd"), row.key)


def _drug(row: Given, times: dict[str, Value]) -> Record:
    ec = Making("EC", row)
    ec.put_beside("ecexp")
    values: dict[str, Value] = {
        "ECSPID": row.key,
        "ECGRPID": f"DRUG-{row.key}",
        "ECLNKID": f"{OF_INJECTION}-{row('lat')}" if row("lat") else None,
        "ECTRT": ec("ectrt") or "UNKNOWN",
        "ECPRESP": "Y",
        "ECOCCUR": "Y",
        "ECDOSE": ec.number("ecdose"),
        "ECDOSU": "mg" if ec("ecdose") else None,
        "ECROUTE": ROUTE,
        "ECLOT": ec("eclot"),
        "ECLOC": places.FASCIA,
        "ECLAT": ec("lat"),
        "ECPSTRG": ec.number("ecstrn"),
        "ECPSTRGU": "mg/mL" if ec("ecstrn") else None,
        "ECVAMT": ec.number("ecvol"),
        "ECVAMTU": "mL" if ec("ecvol") else None,
        **{f"EC{name}": moment for name, moment in times.items()},
    }
    return ec.record(values)


def _exposed(given: Record) -> Record:
    """EX follows from EC: the pilot is open, so the drug is known."""
    same = ("SPID", "LNKID", "TRT", "DOSE", "DOSU", "ROUTE", "LOT", "LOC", "LAT", "STDTC", "ENDTC")
    return Record("EX", {f"EX{name}": given.values[f"EC{name}"] for name in same}, given.visit)


def _not_given(visit: Visit | None, reason: str | None, side: str | None) -> Record:
    values: dict[str, Value] = {
        "ECTRT": "STUDY TREATMENT",
        "ECPRESP": "Y",
        "ECOCCUR": "N",
        "ECREASOC": reason,
        "ECLAT": side,
    }
    return Record("EC", values, visit)


def _interval(form: FilledForm) -> Iterator[Record]:
    given = Given.of(form)
    if given.has("intyn"):
        also: dict[str, Value] = {"PRCAT": "OTHER INTERVENTION"}
        yield Making("PR", given).occurrence("intyn", "INTERVENTION ON THE BACK", also)
    if given.has("cmyn"):
        yield Making("CM", given).occurrence("cmyn", "CHANGE OF ANALGESICS", {"CMCAT": "ANALGESICS"})
    for row in given.rows(form, "intervention"):
        pr = Making("PR", row)
        values: dict[str, Value] = {
            "PRSPID": row.key,
            "PRTRT": pr("inttrt") or "UNKNOWN",
            "PRCAT": "OTHER INTERVENTION",
            "PRSCAT": pr("intkind"),
            "PRSTDTC": pr("intdat"),
            "PRINDC": pr("intreas"),
        }
        yield pr.record(values)


MADE = {
    "medication": _medication,
    "demographics": _demographics,
    "eligibility": _eligibility,
    "prior_treatment": _prior_treatment,
    "surgery": _surgery,
    "mri": _mri,
    "injection": _injection,
    "interval": _interval,
}
