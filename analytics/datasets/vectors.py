"""The data set of an outcome: for each participant one value, or none, at each declared visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, Q, QuerySet

from analytics.datasets.set_hash import SetHash
from trial.crf import registry
from trial.crf.answers import Answers
from trial.models import Site
from trial.protocol.analyses import Analysis

Value = Decimal | int | None


@dataclass(frozen=True)
class Vector:
    """A participant's values in the order of the visits; None where there is none."""

    participant: str
    values: tuple[Value, ...]

    @property
    def last(self) -> int:
        """The place of the last value; -1 where there is none."""
        return max((place for place, value in enumerate(self.values) if value is not None), default=-1)


@dataclass(frozen=True)
class Dataset:
    """The participants that have a saved, not removed record of the form, by code."""

    analysis: Analysis
    vectors: tuple[Vector, ...]

    def present(self) -> Iterable[Vector]:
        """The participants with a value."""
        return (vector for vector in self.vectors if any(value is not None for value in vector.values))

    def content_hash(self) -> str:
        """The hash of the values that are present: the same, whoever reads them and when."""
        lines = (line(self.analysis, vector) for vector in self.present())
        return SetHash.of(lines).hexdigest(head(self.analysis))


def head(analysis: Analysis) -> bytes:
    """The line that says what was measured, and when: outcome, item and visits, separated by tabs."""
    return "\t".join((analysis.outcome, analysis.item, *analysis.visits)).encode() + b"\n"


def line(analysis: Analysis, vector: Vector) -> bytes:
    """A participant's line: code and values, separated by tabs; a value in the declared precision, or
    nothing.
    """
    texts = (
        "" if value is None else str(Decimal(value).quantize(analysis.precision)) for value in vector.values
    )
    return "\t".join((vector.participant, *texts)).encode()


def read(
    analysis: Analysis, *, sites: Iterable[Site] | None = None, participants: Iterable[str] | None = None
) -> Dataset:
    """One query. Records count whatever their state, unless removed.

    `sites` and `participants` (their codes) narrow it to these.
    """
    by_participant = _records(analysis, sites, participants).values("record__participant__code")
    rows = by_participant.annotate(**{f"at_{visit}": _value_at(analysis, visit) for visit in analysis.visits})
    ordered = rows.order_by("record__participant__code").values_list(
        "record__participant__code", *(f"at_{visit}" for visit in analysis.visits)
    )
    return Dataset(analysis, tuple(Vector(code, tuple(values)) for code, *values in ordered))


def form_of(analysis: Analysis) -> type[Answers]:
    """The form whose item is analysed; a system check holds that there is one."""
    form = registry.form(analysis.form)
    assert form is not None
    return form


def _records(
    analysis: Analysis, sites: Iterable[Site] | None, participants: Iterable[str] | None
) -> QuerySet[Answers]:
    wanted = Q(record__removed=False, record__repeat=1, record__visit__code__in=analysis.visits)
    if sites is not None:
        wanted &= Q(record__participant__site__in=list(sites))
    if participants is not None:
        wanted &= Q(record__participant__code__in=list(participants))
    return form_of(analysis)._default_manager.filter(wanted)


def _value_at(analysis: Analysis, visit: str) -> Max:
    # A visit has at most one such record, so the maximum is the value itself.
    return Max(analysis.item, filter=Q(record__visit__code=visit))
