"""What the forms at work add to every page, for the navigation: how many visits are due, and how many
questions and signatures wait for the person."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from forms_app.selectors import due, outlines, queries, to_sign
from trial.models import User

# Who fills in a form does not look for visits, and the form is to open at once.
FORMS = ("record", "log", "log-new")


def due_counts(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Nothing is read before a page asks; a view that has counted says so itself."""
    if request.resolver_match and request.resolver_match.url_name in FORMS:
        return {}
    return {"due_counts": SimpleLazyObject(lambda: _count(request.user))}


def _count(person: Any) -> due.Counts:
    return due.count(outlines.read(person) if isinstance(person, User) else ())


def query_counts(request: HttpRequest) -> dict[str, Any]:
    """A context processor like that of the due visits."""
    if request.resolver_match and request.resolver_match.url_name in FORMS:
        return {}
    return {"query_counts": SimpleLazyObject(lambda: _count_queries(request.user))}


def _count_queries(person: Any) -> queries.Counts:
    return queries.count(person) if isinstance(person, User) else queries.Counts({})


def sign_counts(request: HttpRequest) -> dict[str, Any]:
    """A context processor like that of the due visits: how much waits for the person's signature."""
    if request.resolver_match and request.resolver_match.url_name in FORMS:
        return {}
    return {"sign_count": SimpleLazyObject(lambda: _count_unsigned(request.user))}


def _count_unsigned(person: Any) -> int:
    return to_sign.count(person) if isinstance(person, User) else 0
