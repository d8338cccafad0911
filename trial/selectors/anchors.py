"""The anchors of a participant's time line: consent, and the injection that all windows count from."""

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, Subquery

from trial.models import Consent, Injection, Participant


def consent_date(participant: Participant) -> date | None:
    """The date of consent, None before it was saved."""
    return (
        Consent.objects.filter(record__participant=participant, record__removed=False)
        .values_list("dsstdat_ic", flat=True)
        .first()
    )


def injection_date(participant: Participant) -> date | None:
    """The date of the injection, None before one was performed."""
    return (
        Injection.objects.filter(record__participant=participant, record__removed=False, injperf="Y")
        .values_list("injdat", flat=True)
        .first()
    )


def injection_date_of(participant: str) -> Subquery:
    """The date of the injection beside each row of another statement; `participant` is its column."""
    performed = Injection.objects.filter(
        record__participant=OuterRef(participant), record__removed=False, injperf="Y"
    )
    return Subquery(performed.values("injdat")[:1])


def injection_dates(sites: Iterable[int]) -> dict[int, date]:
    """The dates of the injections at some sites, by the key of the participant."""
    performed = Injection.objects.filter(
        record__participant__site__in=sites, record__removed=False, injperf="Y"
    )
    return dict(performed.values_list("record__participant_id", "injdat"))
