"""The exclusion criteria of which the data can say something. Y means: it is present."""

from datetime import date, timedelta

from forms_app.evidence.facts import Answers, Facts
from forms_app.evidence.judgement import Judgement, met, unclear, unconfirmed
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate, add_months


def herniation(facts: Facts, answers: Answers) -> Judgement:
    """EXCL01: what the MRI shows."""
    if facts.mri.get("hern") is None:
        return unconfirmed(N_("No MRI finding on herniation is recorded."))
    found = facts.mri["hern"] == "Y"
    said = (
        N_("The MRI of {day} shows a herniation.") if found else N_("The MRI of {day} shows no herniation.")
    )
    return met(found, said, day=facts.mri["mridat"])


def stenosis(facts: Facts, answers: Answers) -> Judgement:
    """EXCL02: what the MRI shows."""
    if facts.mri.get("sten") is None:
        return unconfirmed(N_("No MRI finding on stenosis is recorded."))
    found = facts.mri["sten"] == "Y"
    said = N_("The MRI of {day} shows a stenosis.") if found else N_("The MRI of {day} shows no stenosis.")
    return met(found, said, day=facts.mri["mridat"])


def coagulation(facts: Facts, answers: Answers) -> Judgement:
    """EXCL04: INR, platelets, and an anticoagulant, of which only a clinician knows whether it can stop."""
    inr, platelets = answers.get("inr"), answers.get("plat")
    highest, fewest = STUDY.thresholds.highest_inr, STUDY.thresholds.fewest_platelets
    if inr is not None and inr > highest:
        return met(True, N_("INR {inr}, above {highest}."), inr=inr, highest=highest)
    if platelets is not None and platelets < fewest:
        return met(True, N_("Platelets {platelets}, below {fewest}."), platelets=platelets, fewest=fewest)
    if facts.person.get("anticoag") == "Y":
        return unclear(N_("Takes an anticoagulant: say whether it can be stopped."))
    if inr is None or platelets is None or facts.person.get("anticoag") is None:
        return unconfirmed(N_("INR, platelets or anticoagulants are not recorded."))
    said = N_("INR {inr}, platelets {platelets}, no anticoagulant.")
    return met(False, said, inr=inr, platelets=platelets)


def pregnancy(facts: Facts, answers: Answers) -> Judgement:
    """EXCL06: the sex, and the date of the test; its result is the clinician's answer."""
    if facts.person.get("sex") == "M":
        return met(False, N_("Not applicable to the recorded sex."))
    tested, judged = answers.get("pregdat"), answers.get("iedat")
    if tested is None:
        return unconfirmed(N_("No pregnancy test is recorded."))
    oldest = STUDY.thresholds.days_of_pregnancy_test
    if judged is not None and not timedelta() <= judged - tested <= timedelta(days=oldest):
        said = N_("The pregnancy test of {day} is not from the {days} days before the assessment.")
        return unclear(said, day=tested, days=oldest)
    return unconfirmed(N_("Pregnancy test on {day}; the answer says its result."), day=tested)


def diabetes(facts: Facts, answers: Answers) -> Judgement:
    """EXCL07: HbA1c; without diabetes none is needed."""
    hba1c, highest = answers.get("hba1c"), STUDY.thresholds.highest_hba1c
    if hba1c is not None:
        return met(
            hba1c > highest,
            N_("HbA1c {hba1c} %; above {highest} % is not controlled."),
            hba1c=hba1c,
            highest=highest,
        )
    if facts.person.get("diab") == "N":
        return met(False, N_("No diabetes is recorded."))
    return unconfirmed(N_("No HbA1c is recorded."))


def recent_injection(facts: Facts, answers: Answers) -> Judgement:
    """EXCL08: calendar months from the last spinal injection or steroid to the assessment."""
    dates = [PartialDate.parse(text) for text in _injections(facts, answers)]
    judged, months = answers.get("iedat"), STUDY.thresholds.months_after_injection
    if not dates or judged is None:
        return unconfirmed(N_("No date of a spinal injection or steroid is recorded."))
    last = max(dates, key=lambda day: day.last)
    values = {"injection": last, "judged": judged, "months": months}
    if not _over(last.last, months, judged) and _over(last.first, months, judged):
        return unclear(N_("The last injection is known as {injection} only."), injection=last)
    return met(
        not _over(last.last, months, judged),
        N_("Last injection or steroid {injection}, assessed {judged}: {months} months have to be over."),
        **values,
    )


def _injections(facts: Facts, answers: Answers) -> list[str]:
    """The date that was asked for, and the blocks with a steroid."""
    blocks = [row["mbbdat"].isoformat() for row in facts.blocks if row["mbbster"] == "Y" and row["mbbdat"]]
    named = answers.get("sterdat")
    return [*blocks, named] if named else blocks


def _over(day: date, months: int, by: date) -> bool:
    return add_months(day, months) <= by
