"""Which state of the results somebody has seen."""

from collections.abc import Iterable

from django.utils.translation import get_language

from analytics.selectors import standings
from analytics.selectors.standings import Standing
from trial.access import Right, sites_with
from trial.models import User


def etag(person: User, found: Iterable[Standing]) -> str:
    """Of the runs, of the sites whose participants are drawn, and of the language in which it is said."""
    sites = "+".join(site.code for site in sites_with(person, Right.VIEW_DATA))
    return standings.etag(found, f"{sites}.{get_language()}")
