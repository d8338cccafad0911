"""The pages of results, side by side."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from trial.protocol.marker import N_

TABS = {
    "results": N_("Estimates"),
    "results-sensitivity": N_("Sensitivity"),
    "results-diagnostics": N_("Diagnostics"),
    "results-influence": N_("Influence"),
    "results-safety": N_("Safety and description"),
    "results-planning": N_("Planning"),
    "results-report": N_("Report"),
}


@dataclass(frozen=True)
class Tab:
    label: str
    address: str
    current: bool


def tabs(current: str) -> list[Tab]:
    """All of them; `current` is the name of the page that is shown."""
    return [Tab(_(label), reverse(name), name == current) for name, label in TABS.items()]
