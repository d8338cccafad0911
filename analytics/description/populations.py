"""Who is counted."""

from django.db.models import QuerySet

from trial.models import Injection, Participant


def treated() -> QuerySet[Participant]:
    """The safety population: participants whose injection was performed."""
    performed = Injection.objects.filter(injperf="Y", record__removed=False)
    return Participant.objects.filter(pk__in=performed.values("record__participant"))
