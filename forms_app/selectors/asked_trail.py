"""What an address asks of the audit trail, on the page, as a file and in the API."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from forms_app.selectors.audit import KIND_LABELS, Filter
from forms_app.selectors.history import ROUTES
from trial.crf import paths, registry
from trial.refusals import Refusal

BEFORE = "before"
# An address may carry any text; what is no number of a row of ours fits no column either.
LONGEST_NUMBER = 18


def chosen(sent: Mapping[str, str]) -> Filter:
    """The filter that was sent; refused where a part of it cannot be meant."""
    form, item = sent.get("form", ""), sent.get("item", "")
    kind, route = sent.get("kind", ""), sent.get("route", "")
    if kind and kind not in KIND_LABELS:
        raise _unreadable("kind", kind)
    if route and route not in ROUTES:
        raise _unreadable("route", route)
    if form and registry.form(form) is None:
        raise _unreadable("form", form)
    if item and not _is_item(form, item):
        raise _unreadable("item", item)
    return Filter(
        kind=kind,
        site=sent.get("site", ""),
        participant=sent.get("participant", ""),
        record=_number(sent, "record"),
        form=form,
        item=item,
        person=_number(sent, "person"),
        route=route,
        since=_day(sent, "since"),
        until=_day(sent, "until"),
    )


def before(sent: Mapping[str, str]) -> int | None:
    """The event after which the page begins."""
    return _number(sent, BEFORE)


def _is_item(form: str, path: str) -> bool:
    declared = registry.form(form)
    forms = [declared] if declared else registry.FORMS
    return any(paths.find(each, path) for each in forms)


def _number(sent: Mapping[str, str], name: str) -> int | None:
    text = sent.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise _unreadable(name, text)
    return int(text)


def _day(sent: Mapping[str, str], name: str) -> date | None:
    text = sent.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _unreadable(name, text) from error


def _unreadable(name: str, text: str) -> Refusal:
    return Refusal(
        "malformed", problem=_("“{text}” is nothing that “{name}” can be.").format(text=text, name=name)
    )
