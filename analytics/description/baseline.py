"""Who was treated: the characteristics of participants before the injection."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value

from analytics.datasets.vectors import Dataset
from analytics.description.share import Share
from analytics.description.spread import Spread
from trial.crf.codelists import EMPLOYMENT, SEX, SMOKING, YES_NO, Codelist
from trial.models import Consent, Demographics, Operation, Participant, Surgery
from trial.protocol.analyses import Analysis
from trial.protocol.marker import N_
from trial.protocol.scoring import body

# Stands beside the answers yes and no for a line of the list of operations.
LISTED = "L"


@dataclass(frozen=True)
class Trait:
    """A characteristic: of numbers a `spread`, else `shares` of its answers. `missing` have no answer."""

    label: str
    unit: str
    spread: Spread | None
    shares: tuple[tuple[str, Share], ...]
    missing: int


def baseline(treated: Sequence[Participant], outcomes: Mapping[Analysis, Dataset]) -> tuple[Trait, ...]:
    """Three queries."""
    people = [person.pk for person in treated]
    total = len(people)
    forms = _by_participant(Demographics.objects.all(), people)
    consents = _by_participant(Consent.objects.all(), people)
    found = list(forms.values())
    ages = [_age(form, consents.get(participant)) for participant, form in forms.items()]
    return (
        _numbers(N_("Age at consent"), N_("years"), ages, total),
        _answers(N_("Sex"), SEX, (form.sex for form in found), total),
        _numbers(N_("Body mass index"), "kg/m²", (form.bmi for form in found), total),
        _numbers(N_("Time since the pain began"), N_("months"), (form.paindur for form in found), total),
        _answers(N_("Smoking"), SMOKING, (form.smoke for form in found), total),
        _answers(N_("Employment"), EMPLOYMENT, (form.employ for form in found), total),
        _answers(N_("Diabetes"), YES_NO, (form.diab for form in found), total),
        _answers(N_("Takes an anticoagulant"), YES_NO, (form.anticoag for form in found), total),
        _numbers(N_("Earlier lumbar operations"), "", _operations(people), total),
        *_at_reference(outcomes, total),
    )


def _by_participant(rows: Any, people: list[int]) -> dict[int, Any]:
    found = rows.filter(record__removed=False, record__participant__in=people).select_related("record")
    return {row.record.participant_id: row for row in found}


def _age(form: Demographics, consent: Consent | None) -> int | None:
    if form.brthyy is None or consent is None or consent.dsstdat_ic is None:
        return None
    return body.age(birth_year=form.brthyy, on=consent.dsstdat_ic)


def _operations(people: list[int]) -> list[int]:
    """How many each has had: none where it was said so; left out where nothing was said. One query."""
    of_ours, who = Q(record__removed=False, record__participant__in=people), "record__participant"
    listed = Operation.objects.filter(of_ours, removed=False).values_list(who, Value(LISTED))
    said = list(Surgery.objects.filter(of_ours).values_list(who, "surgyn").union(listed, all=True))
    counts = Counter(participant for participant, answer in said if answer == LISTED)
    none = [0 for _, answer in said if answer == "N"]
    return [*counts.values(), *none]


def _at_reference(outcomes: Mapping[Analysis, Dataset], total: int) -> Iterable[Trait]:
    """Each outcome at its reference visit."""
    for analysis, dataset in outcomes.items():
        place = analysis.visits.index(analysis.reference)
        values = [vector.values[place] for vector in dataset.vectors]
        yield _numbers(analysis.title, analysis.unit, values, total)


def _numbers(label: str, unit: str, values: Iterable[object], total: int) -> Trait:
    spread = Spread.of(values)
    return Trait(label, unit, spread, (), total - spread.n)


def _answers(label: str, codelist: Codelist, given: Iterable[str | None], total: int) -> Trait:
    """A code that nobody gave is left out, unless it is one of yes and no."""
    known = [code for code in given if code is not None]
    told = codelist.codes if codelist is YES_NO else [code for code in codelist.codes if code in known]
    shares = tuple((codelist.label(code), Share(known.count(code), len(known))) for code in told)
    return Trait(label, "", None, shares, total - len(known))
