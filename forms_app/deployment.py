"""System checks of a server that is going to run in earnest."""

from typing import Any

from django.conf import settings
from django.core.checks import Warning as Caution
from django.core.checks import register


@register(deploy=True)
def safety_alerts_reach_somebody(**_: Any) -> list[Caution]:
    """A serious adverse event is told to a person, not only shown on a page."""
    if settings.SAFETY_CONTACT:
        return []
    return [
        Caution(
            "Serious adverse events are mailed to nobody.",
            hint="Set FASCICLE_SAFETY_CONTACT to the addresses of those who must hear of them at once.",
            id="forms_app.W001",
        )
    ]
