"""Reading the query of a request: parameters that the address knows, each sent once and well formed."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from rest_framework.request import Request

from trial.refusals import Refusal


def check(request: Request, known: Iterable[str]) -> None:
    """Raise Refusal at a parameter that is not known: a misspelt filter would return everything."""
    known = sorted(known)
    for name, values in request.query_params.lists():
        if name not in known:
            told = ", ".join(known) or _("none")
            raise Refusal("parameter_unknown", name=name, known=told)
        if len(values) > 1:
            raise Refusal("malformed", problem=_("“{name}” is sent twice. Send it once.").format(name=name))


def filled(request: Request, names: Iterable[str]) -> None:
    """Raise Refusal at a parameter that is sent without a value, where a page takes this for none."""
    for name in names:
        if request.query_params.get(name) == "":
            problem = _("“{name}” is sent without a value. Leave it out.").format(name=name)
            raise Refusal("malformed", problem=problem)


def word(request: Request, name: str) -> str:
    """A parameter that is text, "" when absent."""
    value = request.query_params.get(name, "")
    if value and not value.isprintable():
        raise Refusal("malformed", problem=_("“{name}” holds a control character.").format(name=name))
    return value


def one_of(request: Request, name: str, known: Iterable[str]) -> str:
    """One of the words that are known, "" when absent."""
    value, known = request.query_params.get(name), tuple(known)
    if value is None:
        return ""
    if value not in known:
        problem = _("“{name}” must be one of: {known}.").format(name=name, known=", ".join(known))
        raise Refusal("malformed", problem=problem)
    return value


def number(request: Request, name: str) -> int:
    """A number from 0, which is also that of an absent one."""
    value = request.query_params.get(name, "0")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Refusal("malformed", problem=_("“{name}” must be a number.").format(name=name))
    return int(value)


def day(request: Request, name: str) -> date | None:
    """A date, None when absent."""
    value = request.query_params.get(name)
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        problem = _("“{name}” must be a date like 2026-03-31; “{value}” is none.")
        raise Refusal("malformed", problem=problem.format(name=name, value=value)) from None


def yes(request: Request, name: str) -> bool | None:
    """`true` or `false`, None when absent."""
    return {"true": True, "false": False, "": None}[one_of(request, name, ("true", "false"))]
