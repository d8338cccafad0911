"""DM, CO, SE, SV: who took part, what was remarked, and the course of the study."""

from collections.abc import Iterator
from datetime import date

from analytics.exports.sdtm import design
from analytics.exports.sdtm.record import FULL_DATE, Making, Record, Value
from analytics.exports.sdtm.subject import Subject
from trial.lifecycle import ELIGIBLE, SCREEN_FAILURE, SCREENING
from trial.models import Visit
from trial.protocol import STUDY
from trial.protocol.scoring import body

(ARM,) = STUDY.arms
NOT_ASSIGNED = {SCREEN_FAILURE: "SCREEN FAILURE", SCREENING: "NOT ASSIGNED", ELIGIBLE: "NOT ASSIGNED"}


def records(subject: Subject) -> Iterator[Record]:
    """The record of the participant, every remark, element and visit."""
    yield _demographics(subject)
    yield from _comments(subject)
    yield from _elements(subject)
    yield from _visits(subject)


def _demographics(subject: Subject) -> Record:
    participant = subject.casebook.participant
    values: dict[str, Value] = {
        "SUBJID": participant.code,
        "RFSTDTC": subject.started,
        "RFENDTC": subject.ended or _last_visit(subject),
        "RFXSTDTC": subject.started,
        "RFXENDTC": subject.stopped,
        "RFICDTC": subject.consented,
        "RFPENDTC": subject.ended or _last_visit(subject),
        "DTHDTC": subject.died or None,
        "DTHFL": None if subject.died is None else "Y",
        "SITEID": participant.site.code,
        **_arms(subject),
    }
    given = subject.given("demographics")
    if given is None:
        return Record("DM", values)
    dm = Making("DM", given)
    year = dm.number("brthyy")
    age = _age(int(year), subject.consented) if year is not None else None
    return dm.record(
        values
        | {
            "BRTHDTC": None if year is None else str(year),
            "AGE": age,
            "AGEU": None if age is None else "YEARS",
            "SEX": dm("sex"),
        }
    )


def _age(birth_year: int, consented: str | None) -> int | None:
    """The age at consent."""
    if consented is None:
        return None
    return body.age(birth_year=birth_year, on=date.fromisoformat(consented[:FULL_DATE]))


def _last_visit(subject: Subject) -> str | None:
    days = [visit.visit_date for visit in subject.casebook.visits if visit.visit_date]
    return max(days).isoformat() if days else None


def _arms(subject: Subject) -> dict[str, Value]:
    """What was planned and what was done; why not, when nothing was."""
    participant = subject.casebook.participant
    if subject.started:
        return {"ARMCD": ARM.code, "ARM": ARM.label, "ACTARMCD": ARM.code, "ACTARM": ARM.label}
    if participant.reached in NOT_ASSIGNED:
        return {"ARMNRS": NOT_ASSIGNED[participant.reached]}
    return {"ARMCD": ARM.code, "ARM": ARM.label, "ARMNRS": "ASSIGNED, NOT TREATED"}


def _comments(subject: Subject) -> Iterator[Record]:
    """What the site remarked, with the form and the path of the item."""
    for form in subject.casebook.forms:
        for path, words in form.comments.items():
            values: dict[str, Value] = {"COREF": f"{form.record.form}.{path}", "COVAL": words}
            yield Record("CO", values, form.visit)


def _elements(subject: Subject) -> Iterator[Record]:
    ends = {
        design.SCREEN: (subject.consented, subject.started or subject.ended),
        design.TREAT: (subject.started, subject.stopped),
        design.FOLLOW: (subject.stopped, subject.ended),
    }
    for element in design.ELEMENTS:
        begun, over = ends[element.code]
        if begun:
            values: dict[str, Value] = {
                "ETCD": element.code,
                "ELEMENT": element.name,
                "TAETORD": design.ELEMENTS.index(element) + 1,
                "EPOCH": element.epoch,
                "SESTDTC": begun,
                "SEENDTC": over,
            }
            yield Record("SE", values)


def _visits(subject: Subject) -> Iterator[Record]:
    for visit in subject.casebook.visits:
        yield Record("SV", _visit(visit), visit)


def _visit(visit: Visit) -> dict[str, Value]:
    planned = not STUDY.schedule.is_unscheduled(visit.code)
    day = visit.visit_date.isoformat() if visit.visit_date else None
    return {
        "SVPRESP": "Y" if planned else None,
        "SVOCCUR": visit.occurred if planned else None,
        "SVREASOC": visit.reason_not_done,
        "SVCNTMOD": visit.contact_mode,
        "SVSTDTC": day,
        "SVENDTC": day,
        "SVUPDES": visit.reason_unscheduled,
    }
