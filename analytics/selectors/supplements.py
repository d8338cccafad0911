"""What is known beside the analyses: a part for the data of each outcome, or how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, F, Func, Q, QuerySet

from analytics.datasets.awaited import AwaitedVisits
from analytics.models import Supplement
from analytics.models.supplement import READY
from analytics.supplements.declaration import declaration, spec_hash
from analytics.version import CODE_VERSION
from trial.protocol.analyses import Analysis


@dataclass(frozen=True)
class Known:
    """`wanted` is the part for the state that was asked about, however far; None before it is asked for.

    `shown` is what there is to show: the same when it is ready, else the one of the newest data that is.
    `done` is how many of its pieces are calculated.
    """

    wanted: Supplement | None
    shown: Supplement | None
    done: int

    @property
    def is_earlier(self) -> bool:
        """Whether what is shown is not of the state that was asked about."""
        return self.shown is not None and self.shown != self.wanted

    @property
    def waits(self) -> bool:
        """Whether there will be more to show."""
        return self.wanted is None or self.wanted.is_under_way


def read(
    part: str, hashes: Mapping[Analysis, str], awaited: AwaitedVisits, *, or_earlier: bool = True
) -> dict[str, Known]:
    """Of each outcome, by the hash of its data and by the visits that are not over. Two queries."""
    if not hashes:
        return {}
    declared = {analysis.outcome: spec_hash(declaration(analysis)) for analysis in hashes}
    ours = Supplement.objects.filter(part=part, code_version=CODE_VERSION)
    wanted = reduce(
        or_,
        (
            Q(
                outcome=analysis.outcome,
                data_hash=data_hash,
                awaited_hash=awaited.content_hash(analysis),
                spec_hash=declared[analysis.outcome],
            )
            for analysis, data_hash in hashes.items()
        ),
    )
    found = {each.outcome: each for each in ours.filter(wanted).annotate(done=Count("pieces"))}
    earlier = _newest_ready(ours, declared) if or_earlier else {}
    return {
        analysis.outcome: _known(found.get(analysis.outcome), earlier.get(analysis.outcome))
        for analysis in hashes
    }


def _known(wanted: Supplement | None, earlier: Supplement | None) -> Known:
    shown = wanted if wanted is not None and wanted.state == READY else earlier
    return Known(wanted, shown, _done(wanted))


def _done(wanted: Supplement | None) -> int:
    """The pieces of what is ready are gone."""
    if wanted is not None and wanted.state == READY:
        return wanted.total or 0
    return getattr(wanted, "done", 0)


def _newest_ready(ours: QuerySet[Supplement], declared: Mapping[str, str]) -> dict[str, Supplement]:
    of_declared = reduce(
        or_, (Q(outcome=outcome, spec_hash=declared_hash) for outcome, declared_hash in declared.items())
    )
    newest = (F("epoch").desc(), Func(F("snapshot"), function="pg_snapshot_xmax").desc(), "-pk")
    ready = ours.filter(of_declared, state=READY).order_by("outcome", *newest).distinct("outcome")
    return {each.outcome: each for each in ready}
