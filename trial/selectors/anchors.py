"""The anchors of a participant's time line: consent, and the injection that all windows count from."""

from datetime import date

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
