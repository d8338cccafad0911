"""How things are called in a file: the OIDs, and the one list of codelists."""

from collections.abc import Iterator

from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.codelists import CONTACT_MODE, MISSING, YES_NO, Codelist
from trial.crf.items import Item
from trial.lifecycle import PARTICIPANT_STATES, RECORD_STATES
from trial.models import Visit
from trial.protocol import STUDY

STUDY_OID = STUDY.code
VERSION_OID = f"MDV.{STUDY.protocol_version}"
LOG = "SE.LOG"
UNSCHEDULED = "SE.U"
VISIT = "visit"
# What was recorded of a visit itself, as the items of its form.
VISIT_ITEMS = {
    "occurred": ("The visit took place", YES_NO, "SV.SVOCCUR"),
    "visit_date": ("Date of the visit", None, "SV.SVSTDTC"),
    "contact_mode": ("How contact was made", CONTACT_MODE, "SV.SVCNTMOD"),
    "reason_not_done": ("Reason why the visit did not take place", None, "SV.SVREASOC"),
    "reason_unscheduled": ("Reason of the unscheduled visit", None, "SV.SVUPDES"),
}


def _of_states(name: str, states: tuple[str, ...]) -> Codelist:
    return Codelist(name, tuple((state, state) for state in states))


PARTICIPANT_STATE = _of_states("PARTICIPANT_STATE", PARTICIPANT_STATES)
RECORD_STATE = _of_states("RECORD_STATE", RECORD_STATES)
QUERY_STATE = _of_states("QUERY_STATE", ("open", "answered", "closed"))
ANSWER = _of_states("ANSWER", ("ANSWERED",))
STANDING = Codelist(
    "STANDING", (("INTACT", "Nothing it signs was changed"), ("BROKEN", "What it signs changed"))
)
LEDGER = Codelist("LEDGER", (("INSERT", "Row added"), ("UPDATE", "Row changed"), ("DELETE", "Row deleted")))
FLAG_TYPE = Codelist(
    "FLAG_TYPE",
    (
        ("MISSING", "Why there is no value"),
        ("STATE", "How far the participant or the record has come"),
        ("QUERY", "A question to the site"),
        ("ANSWER", "The answer of the site to a question"),
        ("SIGNATURE", "A signature beside the one of its element"),
        ("LEDGER", "A change that ODM has no element for: the changed columns as JSON"),
    ),
)
OWN = (PARTICIPANT_STATE, RECORD_STATE, QUERY_STATE, ANSWER, STANDING, LEDGER, FLAG_TYPE)


def events() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Every event: its OID, its name, its type, and the codes of its forms."""
    for visit in STUDY.schedule.visits:
        yield event_of(visit.code)[0], visit.label, "Scheduled", (VISIT, *visit.forms)
    yield UNSCHEDULED, "Unscheduled visit", "Unscheduled", (VISIT, *STUDY.schedule.unscheduled_forms)
    yield LOG, "Logs", "Common", tuple(log.form for log in STUDY.schedule.logs)


def event(visit: Visit | None) -> tuple[str, str | None]:
    """The OID of the event of a visit, or of the logs, and its repeat key."""
    return event_of(visit.code if visit else None)


def event_of(code: str | None) -> tuple[str, str | None]:
    """The same by the code of the visit."""
    if code is None:
        return LOG, None
    return (UNSCHEDULED, code[1:]) if STUDY.schedule.is_unscheduled(code) else (f"SE.{code}", None)


def form(code: str) -> str:
    return f"F.{code}"


def item_group(form: str, row: type[Row]) -> str:
    """The OID of the items of a form, or of one of its groups."""
    return f"IG.{form}.{row.code}" if issubclass(row, GroupAnswers) else f"IG.{form}"


def item(form: str, row: type[Row], item: Item) -> str:
    return item_group(form, row).replace("IG.", "I.", 1) + f".{item.name}"


def user(username: str) -> str:
    return f"USR.{username}"


def location(site: str) -> str:
    return f"LOC.{site}"


def signature(meaning: str) -> str:
    return f"SD.{meaning}"


def unit(symbol: str) -> str:
    return f"MU.{symbol}"


def codelist(wanted: Codelist) -> str:
    """The OID of a codelist. Of two with one name (yes and no, with and without "not applicable") the second
    has its number behind."""
    alike = [each for each in CODELISTS if each.name == wanted.name]
    place = alike.index(wanted) + 1
    return f"CL.{wanted.name}" if place == 1 else f"CL.{wanted.name}.{place}"


def rows() -> Iterator[tuple[type[Answers], type[Row]]]:
    """Every form with itself, and with each of its groups, in the order of the casebook."""
    for each in registry.FORMS:
        yield each, each
        for group in each.groups:
            yield each, group


def units() -> list[str]:
    """Every unit, once, in the order in which the items come."""
    return list(dict.fromkeys(each.unit for _, row in rows() for each in row.items() if each.unit))


def _codelists() -> tuple[Codelist, ...]:
    of_items = (each.codelist for _, row in rows() for each in row.items() if each.codelist)
    return tuple(dict.fromkeys((*of_items, MISSING, CONTACT_MODE, *OWN)))


# Every codelist, once, in the order in which the items come.
CODELISTS = _codelists()
