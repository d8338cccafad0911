"""The pages of results, side by side."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from trial.access import Right, can
from trial.models import User
from trial.protocol.marker import N_

TABS = {
    "results": (N_("Estimates"), Right.VIEW_ESTIMATES),
    "results-sensitivity": (N_("Sensitivity"), Right.VIEW_ESTIMATES),
    "results-diagnostics": (N_("Diagnostics"), Right.VIEW_ESTIMATES),
    "results-influence": (N_("Influence"), Right.VIEW_ESTIMATES),
    "results-safety": (N_("Safety and description"), Right.VIEW_DESCRIPTION),
    "results-planning": (N_("Planning"), Right.VIEW_ESTIMATES),
    "results-report": (N_("Report"), Right.VIEW_ESTIMATES),
}


@dataclass(frozen=True)
class Tab:
    label: str
    address: str
    current: bool


def tabs(current: str, person: User) -> list[Tab]:
    """Those that the person may see; `current` is the name of the page that is shown."""
    return [
        Tab(_(label), reverse(name), name == current)
        for name, (label, right) in TABS.items()
        if can(person, right)
    ]
