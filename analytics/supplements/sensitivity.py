"""The declared changes again: by other models, and under other assumptions about missing values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from analytics import declared, mixed
from analytics.mixed import CovarianceName, Estimate, InputRefused, NotEstimable
from analytics.mixed.generalised import FamilyName, GeneralisedSpec, Responses, fit_generalised
from analytics.mixed.sensitivity import (
    Comparator,
    Scenario,
    Strategy,
    TippingPoint,
    compare,
    estimates,
    impute,
    tipping_points,
    under,
)
from analytics.mixed.simulation import redrawn
from analytics.supplements.content import Content, estimate
from analytics.supplements.subject import Subject

DECLARED, COVARIANCE, FAMILY = "declared", "covariance", "family"
MISSING, IMPUTED, COMPARISON = "missing", "imputed", "comparison"
GROUPS = (DECLARED, COVARIANCE, FAMILY, MISSING, IMPUTED, COMPARISON)
# Of the generators of a subject.
DRAWS, IMPUTATIONS = 1, 2

Found = tuple[Sequence[Estimate], Sequence[str]]
Code = TypeVar("Code", bound=str)


def content(subject: Subject) -> Content:
    """`models`: each with its group, code, estimates by visit and warnings, or the reason why it has none;
    `tipping`: for each visit the delta that tips it; how many dropped out, how many of their values are
    missing, and how many participants are awaited. Raises NotEstimable where the declared model has none.
    """
    return {
        "covariance": subject.result.covariance,
        "imputations": subject.supplement.imputations,
        "nodes": subject.supplement.nodes,
        **_missing(subject.statistics),
        "models": list(_models(subject)),
        "tipping": [_tipping(each) for each in _tipping_points(subject)],
    }


def _missing(statistics: mixed.Statistics) -> Content:
    """A value that is missing between others is no dropout's."""
    counts = [(stratum, products[0]) for stratum, products in statistics.products.items()]
    left = [(stratum.after_last, n) for stratum, n in counts if stratum.after_last and not stratum.awaited]
    return {
        "dropouts": sum(n for _, n in left),
        "values_after_dropout": sum(after * n for after, n in left),
        "awaited": sum(n for stratum, n in counts if stratum.awaited),
    }


def _models(subject: Subject) -> Iterator[Content]:
    declared_beside, imputation = subject.supplement, _imputation(subject)
    yield _model(DECLARED, subject.result.covariance, lambda _: _as_declared(subject))
    for covariance in declared_beside.covariances:
        yield _model(COVARIANCE, covariance, lambda code: _with_covariance(subject, code))
    for family in declared_beside.families:
        yield _model(FAMILY, family, lambda code: _of_family(subject, code))
    for strategy in declared_beside.strategies:
        yield _model(MISSING, strategy, lambda code: _completed(subject, code))
    for strategy in declared_beside.strategies:
        yield _model(IMPUTED, strategy, imputation)
    for comparator in declared_beside.comparators:
        yield _model(COMPARISON, comparator, lambda code: _compared(subject, code))


def _model(group: str, code: Code, of: Callable[[Code], Found]) -> Content:
    try:
        found, warnings = of(code)
    except (NotEstimable, InputRefused) as refusal:
        return {"group": group, "code": code, "estimates": [], "warnings": [], "reason": str(refusal)}
    rows = [estimate(each) for each in found]
    return {"group": group, "code": code, "estimates": rows, "warnings": list(warnings), "reason": ""}


def _as_declared(subject: Subject) -> Found:
    return subject.targets.estimates(subject.result), subject.result.warnings


def _with_covariance(subject: Subject, covariance: CovarianceName) -> Found:
    spec = replace(declared.as_model(subject.analysis), covariance=covariance, fallbacks=())
    return _usable(mixed.fit(subject.statistics, spec), subject)


def _of_family(subject: Subject, family: FamilyName) -> Found:
    beside, analysis = subject.supplement, subject.analysis
    responses = Responses.build(
        visits=analysis.visits,
        precision=analysis.precision,
        vectors=[person.vector for person in subject.persons],
    )
    spec = GeneralisedSpec(family, trials=beside.trials, nodes=beside.nodes, level=analysis.level)
    found = fit_generalised(responses, spec)
    if not found.converged:
        raise NotEstimable(" ".join(found.warnings))
    return found.changes(analysis.reference), found.warnings


def _completed(subject: Subject, strategy: Strategy) -> Found:
    found = under(subject.result, subject.refits, subject.targets, Scenario(strategy))
    lost = len(subject.refits) - len(found.left)
    warnings = (f"The jackknife lacks {lost} participants without whom the model cannot be fitted.",)
    return estimates(subject.result, subject.targets, found), warnings if lost else ()


def _imputation(subject: Subject) -> Callable[[Strategy], Found]:
    """All strategies share the draws of the parameters, so that they differ by nothing else."""

    @cache
    def draws() -> tuple[mixed.Result, ...]:
        rng = subject.generator(DRAWS)
        number = subject.supplement.imputations
        return tuple(redrawn(subject.result, subject.people, rng) for _ in range(number))

    def imputed(strategy: Strategy) -> Found:
        rng = subject.generator(IMPUTATIONS)
        found = impute(subject.result, subject.people, draws(), subject.targets, Scenario(strategy), rng)
        warnings = (f"Only {found.imputations} of {len(draws())} imputed data sets could be fitted.",)
        return found.estimates, warnings if found.imputations < len(draws()) else ()

    return imputed


def _compared(subject: Subject, comparator: Comparator) -> Found:
    return _usable(compare(subject.result, subject.people, comparator), subject)


def _usable(result: mixed.Result, subject: Subject) -> Found:
    if not result.converged:
        raise NotEstimable(" ".join(result.warnings))
    return subject.targets.estimates(result), result.warnings


def _tipping_points(subject: Subject) -> tuple[TippingPoint, ...]:
    deltas = [subject.worse * delta for delta in subject.supplement.deltas]
    try:
        return tipping_points(subject.result, subject.refits, subject.targets, Scenario(), deltas)
    except NotEstimable:
        return ()


def _tipping(point: TippingPoint) -> Content:
    return {
        "visit": point.estimates[0].label.visit,
        "deltas": list(point.deltas),
        "estimates": [estimate(each) for each in point.estimates],
        "tips_at": point.tips_at,
        "already": point.already,
    }
