"""From statistics and a specification to a result, or to a sentence that says why there is none."""

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.conditioning import Conditioned, condition
from analytics.mixed.covariance import STRUCTURES, Structure
from analytics.mixed.coverage import Coverage, have
from analytics.mixed.design import Design, design
from analytics.mixed.inference import Inference
from analytics.mixed.likelihood import Likelihood
from analytics.mixed.optimiser import Optimum, maximise
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result
from analytics.mixed.spec import ModelSpec
from analytics.mixed.statistics import Statistics

DEFAULT = ModelSpec()


def fit(statistics: Statistics, spec: ModelSpec = DEFAULT) -> Result:
    """Deterministic: equal statistics give an equal result, to the bit.

    Raises InputRefused for a specification that does not fit the statistics, NotEstimable when the data
    cannot carry the model. A search that did not converge is no exception: the result says so in
    `converged` and `messages`.
    """
    mean = design(spec, statistics.visits, tuple(column.name for column in statistics.columns))
    coverage = Coverage.of(statistics)
    _check_participants(coverage)
    _check_visits(coverage)
    structure = STRUCTURES[spec.covariance](statistics.visits)
    structure.check(coverage)
    conditioned = condition(statistics, mean)
    _check_residual_freedom(conditioned, coverage)
    likelihood = Likelihood(conditioned, structure, restricted=spec.method == "REML")
    optimum = maximise(likelihood, structure.start(conditioned.residual_moments()))
    return _result(statistics, spec, mean, conditioned, structure, optimum)


def _result(
    statistics: Statistics,
    spec: ModelSpec,
    mean: Design,
    conditioned: Conditioned,
    structure: Structure,
    optimum: Optimum,
) -> Result:
    inference = Inference.of(optimum, conditioned.basis)
    identity = np.eye(len(mean.names))
    sigma = structure.sigma(optimum.point.theta)
    held = tuple(name for name, free in zip(structure.names, optimum.free, strict=True) if not free)
    gradient = optimum.point.gradient[optimum.free]
    return Result(
        spec=spec,
        visits=statistics.visits,
        n_participants=statistics.n_participants,
        n_observations=statistics.n_observations,
        data_digest=statistics.digest(),
        converged=optimum.converged,
        iterations=optimum.iterations,
        gradient_norm=float(np.abs(gradient).max(initial=0.0) * np.diag(sigma).mean()),
        at_boundary=held,
        messages=tuple(filter(None, (optimum.message, *map(_at_boundary, held)))),
        log_likelihood=-optimum.point.value / 2,
        names=mean.names,
        beta=frozen(conditioned.basis.estimates(identity, inference.coefficients)),
        vcov=frozen(inference.covariance(identity)),
        theta_names=structure.names,
        theta=frozen(optimum.point.theta),
        sigma=frozen(sigma),
        mean_rows=frozen(mean.maps @ _averages(statistics)),
        inference=inference,
    )


def _at_boundary(name: str) -> str:
    return (
        f"The {name} was estimated as zero, the smallest value it may have; standard errors and degrees "
        "of freedom treat it as known."
    )


def _averages(statistics: Statistics) -> Floats:
    """The averages over the participants of the intercept and the subject columns."""
    units = statistics.quanta()
    totals = [sum(position) for position in zip(*map(statistics.sums, statistics.products), strict=True)]
    averages = [unit * total / totals[0] for unit, total in zip(units, totals, strict=True)]
    return np.array([float(average) for average in averages[: 1 + len(statistics.columns)]])


def _check_participants(coverage: Coverage) -> None:
    if coverage.n_participants < 2:
        raise NotEstimable(
            f"{have(coverage.n_participants)} values; a mixed model needs at least 2 participants. "
            "Wait for more."
        )


def _check_visits(coverage: Coverage) -> None:
    empty = [visit for visit, n in zip(coverage.visits, np.diag(coverage.together), strict=True) if n == 0]
    if empty:
        raise NotEstimable(
            f"{have(0)} a value at {' or '.join(empty)} ({coverage.counts()}). Wait for data there, or leave "
            f"{' and '.join(empty)} out of the analysis."
        )


def _check_residual_freedom(conditioned: Conditioned, coverage: Coverage) -> None:
    n, p = conditioned.n_observations, conditioned.p
    if n <= p:
        raise NotEstimable(
            f"{n} values ({coverage.counts()}) are too few for {p} effects: nothing is left to estimate a "
            "variance from. Wait for more data, or use a model with fewer effects."
        )
