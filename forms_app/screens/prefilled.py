"""New entries of a log that begin with what is already known: `?from=` names where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from forms_app.checks.adverse_event import LINK
from forms_app.checks.deviation import SYSTEM
from forms_app.checks.injection import NO_EVENT
from forms_app.models.query import ANSWERED, OPEN
from forms_app.screens import typed as typing
from forms_app.screens.place import Place
from forms_app.screens.typed import Filled, Typed
from forms_app.selectors import deviations
from trial.crf.codelists import COMPLICATION
from trial.models import Injection, InjectionComplication, Participant

LONGEST_TERM = 300


@dataclass(frozen=True)
class ToRecord:
    """An adverse event that a complication asks for, and the address of its form with what is known."""

    label: str
    address: str


def to_record(participant: Participant, stored: Mapping[str, Any] | None) -> list[ToRecord]:
    """The adverse events that a stored injection still asks for, by its standing questions."""
    if stored is None or stored["form"] != "injection" or stored["removed"]:
        return []
    asked = [query["item"] for query in stored["queries"] if _asks_for_event(query)]
    return [_to_record(participant, item.split(".")[1]) for item in asked]


def _asks_for_event(query: Mapping[str, Any]) -> bool:
    return query["check"] == f"{query['item']}.{NO_EVENT}" and query["state"] in (OPEN, ANSWERED)


def _to_record(participant: Participant, complication: str) -> ToRecord:
    form = reverse("log-new", args=(participant.code, "adverse_event"))
    source = urlencode({"from": f"{LINK}{complication}"})
    return ToRecord(_(COMPLICATION.label(complication)), f"{form}?{source}")


def typed(place: Place, source: str) -> Typed | None:
    """The new entry as if somebody had typed it, not saved yet; None when nothing is known from there."""
    known = KNOWN.get(place.form.code)
    values = known(place.participant, source) if known and source and place.is_new_entry else {}
    if not values:
        return None
    filled = Filled(values, {}, {})
    return Typed(filled, typing.submission(place.form, filled), {}, {}, "", None)


def _complication(participant: Participant, source: str) -> dict[str, str]:
    """The adverse event of a complication that occurred at the injection."""
    code = source.removeprefix(LINK)
    in_use = {"record__participant": participant, "record__removed": False}
    row = InjectionComplication.objects.filter(**in_use, removed=False, key=code, cpoccur="Y").first()
    injection = Injection.objects.filter(**in_use).first()
    if row is None or injection is None or source == code:
        return {}
    return {
        "aeterm": _(COMPLICATION.label(code)),
        "aestdat": injection.injdat.isoformat() if injection.injdat else "",
        "aesttim": _clock(row.cptim),
        "aelink": source,
    }


def _deviation(participant: Participant, source: str) -> dict[str, str]:
    """The judgement about a deviation that the system proposes."""
    found = deviations.proposal(participant, source)
    if found is None:
        return {}
    return {
        "dvterm": str(found.words)[:LONGEST_TERM],
        "dvdecod": found.kind,
        "dvstdat": found.day.isoformat() if found.day else "",
        "dvorig": SYSTEM,
        "dvlink": found.link,
    }


def _clock(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""


KNOWN: dict[str, Callable[[Participant, str], dict[str, str]]] = {
    "adverse_event": _complication,
    "deviation": _deviation,
}
