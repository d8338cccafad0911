"""Who is counted."""

from trial.models import Injection, Participant


def treated() -> tuple[Participant, ...]:
    """The safety population: participants whose injection was performed, with their sites. One query."""
    performed = Injection.objects.filter(injperf="Y", record__removed=False)
    people = Participant.objects.filter(pk__in=performed.values("record__participant"))
    return tuple(people.select_related("site"))
