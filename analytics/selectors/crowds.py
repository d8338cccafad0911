"""Whether there are more participants with data than can be shown one by one."""

from collections.abc import Iterable

from django.db.models import Q

from analytics.datasets.vectors import form_of
from trial.models import Site
from trial.protocol.analyses import Analysis


def exceeds(most: int, analysis: Analysis, sites: Iterable[Site]) -> bool:
    """Whether more than `most` participants of the sites have a record of the analysed form.

    One query, which stops counting there.
    """
    wanted = Q(
        record__removed=False,
        record__participant__site__in=list(sites),
        record__visit__code__in=analysis.visits,
    )
    people = form_of(analysis)._default_manager.filter(wanted).order_by().values("record__participant")
    return people.distinct()[: most + 1].count() > most
