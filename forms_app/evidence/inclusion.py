"""The inclusion criteria of which the data can say something."""

from forms_app.evidence.facts import Answers, Facts
from forms_app.evidence.judgement import Judgement, met, unclear, unconfirmed
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate, add_months
from trial.protocol.scoring import body

INADEQUATE = ("NONE", "PARTIAL")
BY_ULTRASOUND = ("ULTRASOUND", "BOTH")


def surgery(facts: Facts, answers: Answers) -> Judgement:
    """INCL01: so many calendar months from the index operation to the consent.

    A date without its day counts as the last day it can be; a year alone says nothing.
    """
    if facts.surgery.get("surgyn") == "N":
        return met(False, N_("No lumbar surgery is recorded."))
    recorded, consent = facts.index_operation.get("surgdat"), facts.consent_date
    if recorded is None or consent is None:
        return unconfirmed(N_("No date of an index operation is recorded."))
    done, needed = PartialDate.parse(recorded), STUDY.thresholds.months_after_surgery
    if done.month is None:
        return unclear(N_("Only the year of the index operation is known: {year}."), year=done.year)
    return met(
        add_months(done.last, needed) <= consent,
        N_("Index operation {operation}, consent {consent}: {months} months are asked for."),
        operation=done,
        consent=consent,
        months=needed,
    )


def no_radiation(facts: Facts, answers: Answers) -> Judgement:
    """INCL02: the straight leg raise of both sides, and the neurological examination."""
    legs = [answers.get(item) for item in ("slrleft", "slrright")]
    if "POSITIVE" in legs:
        return met(False, N_("The straight leg raise is positive."))
    if None in legs:
        return unconfirmed(N_("The straight leg raise is not recorded on both sides."))
    if answers.get("neuronl") == "N":
        return unclear(N_("The straight leg raise is negative, the neurological examination not normal."))
    if answers.get("neuronl") is None:
        return unconfirmed(N_("The neurological examination is not recorded."))
    return met(True, N_("The straight leg raise is negative and the neurological examination normal."))


def failed_treatment(facts: Facts, answers: Answers) -> Judgement:
    """INCL03: at least one conservative treatment with an inadequate response."""
    if facts.prior.get("ptyn") == "N":
        return met(False, N_("No conservative treatment is recorded."))
    if not facts.treatments:
        return unconfirmed(N_("No conservative treatment is listed yet."))
    failed = sum(row["ptresp"] in INADEQUATE for row in facts.treatments)
    return met(
        failed >= 1,
        N_("{failed} of {all} conservative treatments had an inadequate response."),
        failed=failed,
        all=len(facts.treatments),
    )


def failed_block(facts: Facts, answers: Answers) -> Judgement:
    """INCL04: the last block that was done as the protocol asks relieved less than the threshold."""
    if facts.prior.get("mbbyn") == "N":
        return met(False, N_("No medial branch block is recorded."))
    known = [row for row in facts.blocks if _as_asked(row)]
    if not known:
        return unconfirmed(
            N_("No relief from a block on both sides at L3-4, guided by ultrasound, is recorded.")
        )
    last = max(known, key=lambda row: row["mbbdat"])
    return met(
        last["mbbrelief"] < STUDY.thresholds.relief_percent,
        N_("Relief of {relief} % on {day}; below {threshold} % is inadequate."),
        relief=last["mbbrelief"],
        day=last["mbbdat"],
        threshold=STUDY.thresholds.relief_percent,
    )


def _as_asked(row: Answers) -> bool:
    known = row["mbbdat"] is not None and row["mbbrelief"] is not None
    where = row["mbblat"] == "BILATERAL" and row["mbblevel"] == "L3-4"
    return known and where and row["mbbguide"] in BY_ULTRASOUND


def adult(facts: Facts, answers: Answers) -> Judgement:
    """INCL05: the age at consent. Of the birth only the year is known, so it may be one less."""
    year, consent = facts.person.get("brthyy"), facts.consent_date
    if year is None or consent is None:
        return unconfirmed(N_("No year of birth is recorded."))
    age, youngest = body.age(birth_year=year, on=consent), STUDY.thresholds.youngest
    if age == youngest:
        return unclear(
            N_("{younger} or {age} years old at consent: the year of birth alone does not tell."),
            younger=age - 1,
            age=age,
        )
    return met(age > youngest, N_("At least {age} years old at consent."), age=age - 1)


def chronic(facts: Facts, answers: Answers) -> Judgement:
    """INCL06: months since the pain began."""
    months, needed = facts.person.get("paindur"), STUDY.thresholds.months_of_pain
    if months is None:
        return unconfirmed(N_("The duration of the pain is not recorded."))
    return met(
        months >= needed,
        N_("Pain for {months} months; {needed} are asked for."),
        months=months,
        needed=needed,
    )


def painful(facts: Facts, answers: Answers) -> Judgement:
    """INCL07: average pain at screening."""
    pain, needed = answers.get("scrnrs"), STUDY.thresholds.pain_at_screening
    if pain is None:
        return unconfirmed(N_("The pain at screening is not recorded."))
    return met(
        pain >= needed,
        N_("Average pain {pain} at screening; at least {needed} is asked for."),
        pain=pain,
        needed=needed,
    )
