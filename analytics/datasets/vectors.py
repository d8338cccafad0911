"""The data set of an outcome: for each participant one value, or none, at each declared visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.db.models import Max, Q, QuerySet

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


@dataclass(frozen=True)
class Dataset:
    """The participants that have a saved, not removed record of the form, by code."""

    analysis: Analysis
    vectors: tuple[Vector, ...]

    def content_hash(self) -> str:
        """SHA-256 of the values: the same for the same values, whoever reads them and when.

        One line for what is measured, then one for each participant with a value, fields separated
        by tabs, numbers in the declared precision, an empty field where there is none.
        """
        digest = sha256()
        head = (self.analysis.outcome, self.analysis.item, *self.analysis.visits)
        for line in (head, *self._lines()):
            digest.update("\t".join(line).encode() + b"\n")
        return digest.hexdigest()

    def _lines(self) -> Iterable[tuple[str, ...]]:
        for vector in self.vectors:
            if any(value is not None for value in vector.values):
                yield (vector.participant, *(self._text(value) for value in vector.values))

    def _text(self, value: Value) -> str:
        return "" if value is None else str(Decimal(value).quantize(self.analysis.precision))


def read(analysis: Analysis, *, sites: Iterable[Site] | None = None) -> Dataset:
    """One query. Records count whatever their state, unless removed; `sites` narrows it to these."""
    by_participant = _records(analysis, sites).values("record__participant__code")
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


def _records(analysis: Analysis, sites: Iterable[Site] | None) -> QuerySet[Answers]:
    wanted = Q(record__removed=False, record__repeat=1, record__visit__code__in=analysis.visits)
    if sites is not None:
        wanted &= Q(record__participant__site__in=list(sites))
    return form_of(analysis)._default_manager.filter(wanted)


def _value_at(analysis: Analysis, visit: str) -> Max:
    # A visit has at most one such record, so the maximum is the value itself.
    return Max(analysis.item, filter=Q(record__visit__code=visit))
