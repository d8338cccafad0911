"""Which state of the results somebody has seen."""

from collections.abc import Iterable

from analytics.selectors import standings
from analytics.selectors.standings import Standing
from trial.access import Right, sites_with
from trial.models import User


def etag(person: User, found: Iterable[Standing]) -> str:
    """Of the runs, and of the sites whose participants are drawn."""
    return standings.etag(found, "+".join(site.code for site in sites_with(person, Right.VIEW_DATA)))
