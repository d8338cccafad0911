"""System checks of a server that is going to run in earnest."""

from typing import Any

from django.conf import settings
from django.core.checks import Warning as Caution
from django.core.checks import register


@register(deploy=True)
def alarms_reach_somebody(**_: Any) -> list[Caution]:
    """An alarm about the running statistics goes to a person, not only into the log."""
    if settings.DEBUG or settings.ADMINS:
        return []
    return [
        Caution(
            "Alarms about the running statistics are mailed to nobody.",
            hint="Set FASCICLE_ALARMS_TO to the addresses of those who look after the analyses.",
            id="analytics.W001",
        )
    ]
