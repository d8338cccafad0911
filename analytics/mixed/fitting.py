"""From statistics and a specification to a result, or to a sentence that says why there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.conditioning import Conditioned, condition
from analytics.mixed.covariance import IN_WORDS, STRUCTURES, GroupedCovariance
from analytics.mixed.coverage import Coverage, have
from analytics.mixed.design import Design, design
from analytics.mixed.inference import Inference
from analytics.mixed.likelihood import Likelihood
from analytics.mixed.optimiser import Optimum, maximise
from analytics.mixed.refusals import InputRefused, NotEstimable
from analytics.mixed.result import Attempt, Result
from analytics.mixed.spec import CovarianceName, ModelSpec
from analytics.mixed.statistics import Statistics

DEFAULT = ModelSpec()
# With fewer degrees of freedom a standard error says nothing: its own error has no bounds.
LEAST_DF = 0.1
# Below, they say little, and the reader is told so.
FEW_DF = 1.0
# A small-sample adjustment should not make a standard error smaller than this share of the model's.
LEAST_SHARE = 0.9
# Two likelihoods (-2 log) that differ by less are the same but for rounding.
AS_LIKELY = 1e-8


@dataclass(frozen=True)
class Model:
    """Everything but the covariance: what is the same for the first choice and the fall-backs."""

    spec: ModelSpec
    statistics: Statistics
    design: Design
    coverages: tuple[Coverage, ...]
    data: Conditioned


@dataclass(frozen=True)
class Found:
    """The best that a search came to, under the covariance that it ended with."""

    name: CovarianceName
    likelihood: Likelihood
    optimum: Optimum
    inference: Inference
    dfs: Floats
    """Of each coefficient."""


def fit(statistics: Statistics, spec: ModelSpec = DEFAULT) -> Result:
    """Deterministic: equal statistics give an equal result, to the bit.

    Raises InputRefused for a specification that does not fit the statistics, NotEstimable when the data
    cannot carry the model nor any of its fall-backs. A search that did not converge is no exception: the
    result says so in `converged` and `warnings`.
    """
    model = _model(statistics, spec)
    attempts: list[Attempt] = []
    unconverged: Found | None = None
    for name in (spec.covariance, *spec.fallbacks):
        try:
            found = _search(model, name)
        except NotEstimable as refusal:
            attempts.append(Attempt(name, str(refusal)))
            continue
        if found.optimum.converged:
            return _result(model, found, tuple(attempts))
        attempts.append(Attempt(name, found.optimum.message))
        unconverged = unconverged or found
    if unconverged is None:
        raise NotEstimable(_nothing_fitted(attempts))
    return _result(model, unconverged, tuple(a for a in attempts if a.covariance != unconverged.name))


def _model(statistics: Statistics, spec: ModelSpec) -> Model:
    pooled = statistics.pooled(by_arm=spec.by_arm, by_site=spec.random_site)
    mean = design(spec, pooled.shape)
    overall = Coverage.of(pooled)
    _check_participants(overall)
    _check_visits(overall)
    groups = [Coverage.of(pooled, arm) for arm in pooled.arms] if spec.by_arm else []
    for coverage in groups:
        _check_arm(coverage)
        _check_visits(coverage)
    if spec.random_site:
        _check_sites(pooled)
    data = condition(pooled, mean, group_by_arm=spec.covariance_by_arm, by_site=spec.random_site)
    return Model(spec, pooled, mean, tuple(groups) if spec.covariance_by_arm else (overall,), data)


def _search(model: Model, name: CovarianceName) -> Found:
    arms = model.statistics.arms if model.spec.covariance_by_arm else ()
    covariance = GroupedCovariance.of(STRUCTURES[name], model.statistics.visits, model.spec.times, arms)
    covariance.check(model.coverages)
    likelihood, optimum = _within(model, covariance)
    inference = Inference.of(likelihood, optimum, model.spec)
    dfs = inference.dfs(np.eye(len(model.design.names)))
    if optimum.converged:
        _check_determined(dfs, model.design.names)
    return Found(name, likelihood, optimum, inference, dfs)


def _within(model: Model, covariance: GroupedCovariance) -> tuple[Likelihood, Optimum]:
    """The optimum; where it lies outside the model, the best on the boundary."""
    likelihood = Likelihood(model.data, covariance, restricted=model.spec.method == "REML")
    _check_residual_freedom(model, len(likelihood.names))
    optimum = maximise(likelihood, likelihood.start())
    outside = covariance.beyond(likelihood.of_participant(optimum.point.theta))
    return _on_boundary(model, outside) if outside else (likelihood, optimum)


def _on_boundary(model: Model, boundaries: tuple[GroupedCovariance, ...]) -> tuple[Likelihood, Optimum]:
    """The simplest, which come first, of those that are as likely as any."""
    found: list[tuple[Likelihood, Optimum]] = []
    refusals: list[NotEstimable] = []
    for boundary in boundaries:
        try:
            found.append(_within(model, boundary))
        except NotEstimable as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    converged = [each for each in found if each[1].converged] or found
    best = min(optimum.point.value for _, optimum in converged)
    return next(each for each in converged if each[1].point.value <= best + AS_LIKELY)


def _result(model: Model, found: Found, attempts: tuple[Attempt, ...]) -> Result:
    spec, likelihood, optimum, inference = model.spec, found.likelihood, found.optimum, found.inference
    profile = optimum.point.profile
    identity = np.eye(len(model.design.names))
    names, theta = likelihood.reported(profile.theta)
    zero = tuple(name for name, free in zip(likelihood.names, optimum.free, strict=True) if not free)
    return Result(
        spec=spec,
        covariance=found.name,
        attempts=attempts,
        visits=model.statistics.visits,
        arms=model.statistics.arms,
        n_participants=model.statistics.n_participants,
        n_observations=model.statistics.n_observations,
        converged=optimum.converged,
        iterations=optimum.iterations,
        gradient_norm=sqrt(abs(optimum.decrement)),
        at_boundary=(*likelihood.covariance.held, *zero),
        warnings=_warnings(model, found, attempts, zero),
        log_likelihood=-profile.value / 2,
        names=model.design.names,
        beta=frozen(inference.estimates(identity)),
        vcov=frozen(inference.model_covariance(identity)),
        vcov_adjusted=frozen(inference.covariance(identity)) if spec.kenward_roger else None,
        theta_names=names,
        theta=frozen(theta),
        sigma=frozen(likelihood.sigma(profile.theta)),
        statistics=model.statistics,
        design=model.design,
        inference=inference,
    )


def _warnings(
    model: Model, found: Found, attempts: tuple[Attempt, ...], zero: tuple[str, ...]
) -> tuple[str, ...]:
    spec = model.spec
    sentences = [
        f"{_sentence_case(IN_WORDS[a.covariance])} covariance was not fitted: {a.reason}" for a in attempts
    ]
    if attempts and found.optimum.converged:
        sentences.append(f"The declared fall-back was fitted instead: {IN_WORDS[found.name]}.")
    sentences += [found.optimum.message, found.likelihood.covariance.boundary, *map(_at_zero, zero)]
    if found.optimum.converged:
        sentences += _of_few_data(found, model.design.names)
    if spec.kenward_roger and spec.method == "ML":
        sentences.append(
            "Kenward–Roger was derived for restricted maximum likelihood; with maximum likelihood it "
            "corrects less than it should. Prefer REML."
        )
    return tuple(filter(None, sentences))


def _of_few_data(found: Found, names: tuple[str, ...]) -> Iterator[str]:
    rows, inference, dfs = np.eye(len(names)), found.inference, found.dfs
    shares = np.sqrt(np.diag(inference.covariance(rows)) / np.diag(inference.model_covariance(rows)))
    few, small = int(np.argmin(dfs)), int(np.argmin(shares))
    if dfs[few] < FEW_DF:
        yield (
            f"A test of {names[few]} has only {dfs[few]:.2g} degrees of freedom: the data hardly determine "
            "its standard error."
        )
    if shares[small] < LEAST_SHARE:
        yield (
            f"The Kenward–Roger adjustment makes the standard error of {names[small]} smaller, to "
            f"{100 * shares[small]:.0f} % of the model's: the data are too few for it to be trusted."
        )


def _sentence_case(words: str) -> str:
    return words[0].upper() + words[1:]


def _at_zero(name: str) -> str:
    return (
        f"The {name} was estimated as zero, the smallest value it may have; standard errors and degrees "
        "of freedom treat it as known."
    )


def _nothing_fitted(attempts: list[Attempt]) -> str:
    first, *others = attempts
    if not others:
        return first.reason
    names = ", ".join(IN_WORDS[attempt.covariance] for attempt in others)
    last = others[-1].reason
    return f"{first.reason} The declared fall-backs ({names}) cannot be estimated either: {last}"


def _check_participants(coverage: Coverage) -> None:
    if coverage.n_participants < 2:
        raise NotEstimable(
            f"{have(coverage.n_participants)} values; a mixed model needs at least 2 participants. "
            "Wait for more."
        )


def _check_arm(coverage: Coverage) -> None:
    if coverage.n_participants == 0:
        raise NotEstimable(
            f"{have(0)} values in arm {coverage.arm}. Wait for data there, or leave the arm out of the "
            "analysis."
        )


def _check_sites(statistics: Statistics) -> None:
    sites = {stratum.site for stratum in statistics.products}
    if "" in sites:
        raise InputRefused("A random site needs the site of every participant.")
    if len(sites) < 2:
        raise NotEstimable(
            f"All participants belong to the site {sites.pop()}; variation between sites needs at least 2. "
            "Leave the random site out of the model."
        )


def _check_visits(coverage: Coverage) -> None:
    empty = [visit for visit, n in zip(coverage.visits, np.diag(coverage.together), strict=True) if n == 0]
    where = f" in arm {coverage.arm}" if coverage.arm else ""
    if empty:
        raise NotEstimable(
            f"{have(0)} a value at {' or '.join(empty)}{where} ({coverage.counts()}). Wait for data there, "
            f"or leave {' and '.join(empty)} out of the analysis."
        )


def _check_determined(dfs: Floats, names: tuple[str, ...]) -> None:
    worst = int(np.argmin(dfs))
    if dfs[worst] < LEAST_DF:
        raise NotEstimable(
            f"The data hardly determine the covariance: a test of {names[worst]} would have "
            f"{dfs[worst]:.1g} degrees of freedom. Wait for more data, or use a covariance with fewer "
            "parameters (cs)."
        )


def _check_residual_freedom(model: Model, parameters: int) -> None:
    n, p = model.data.n_observations, model.data.p
    if n < p + parameters:
        counts = ", ".join(coverage.counts() for coverage in model.coverages)
        raise NotEstimable(
            f"{n} values ({counts}) are too few for {p} effects and {parameters} parameters of the "
            "covariance. Wait for more data, or use a model with fewer effects."
        )
