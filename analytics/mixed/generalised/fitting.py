"""From responses and a specification to a result, or to a sentence that says why there is none."""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.coverage import have
from analytics.mixed.design import Design, design
from analytics.mixed.generalised import margins
from analytics.mixed.generalised.gammas import Gammas
from analytics.mixed.generalised.kernel import Kernel
from analytics.mixed.generalised.likelihood import GeneralisedLikelihood
from analytics.mixed.generalised.logits import Logits
from analytics.mixed.generalised.margins import Margin
from analytics.mixed.generalised.optimiser import Optimum, maximise
from analytics.mixed.generalised.responses import Responses
from analytics.mixed.generalised.result import GeneralisedResult
from analytics.mixed.generalised.spec import GeneralisedSpec
from analytics.mixed.optimiser import solve_positive
from analytics.mixed.refusals import InputRefused, NotEstimable

SD = "standard deviation of the random intercept"
LOG_SHAPE = "log shape"
INTERCEPT_NAME = "(Intercept)"
# Below, on the scale of the link, the random intercept is none: the likelihood is even in it and flat there.
NO_SD = 1e-4
START_SD = 1.0
START_SD_OF_GAMMA = 0.3
# Of the logs of values about a level of each participant: a shape beyond its inverse square is not found.
NO_SPREAD = 1e-7
# With fewer participants the normal distribution promises too much.
FEW_PARTICIPANTS = 50


@dataclass(frozen=True, eq=False)
class Prepared:
    """The responses in the arrays of the fit: `rows` (patterns, visits, coefficients) of the design.

    `levels` are the categories that occur, for a cumulative model.
    """

    spec: GeneralisedSpec
    responses: Responses
    design: Design
    names: tuple[str, ...]
    rows: Floats
    attended: Floats
    values: Floats
    counts: Floats
    levels: Floats


def fit_generalised(responses: Responses, spec: GeneralisedSpec) -> GeneralisedResult:
    """Deterministic: equal responses give an equal result.

    Raises InputRefused for values that the distribution does not have, NotEstimable when the data cannot
    carry the model. A search that did not converge is no exception: the result says so.
    """
    prepared = prepare(responses, spec)
    _check(prepared)
    likelihood = GeneralisedLikelihood(kernel(prepared), spec.nodes)
    optimum = maximise(likelihood, _start(likelihood.kernel))
    return _result(prepared, likelihood, optimum)


def prepare(responses: Responses, spec: GeneralisedSpec) -> Prepared:
    """Refuses a model that names what the responses do not hold."""
    pooled = responses.pooled(by_arm=spec.by_arm)
    mean = design(spec, pooled.shape)
    if pooled.n_participants < 2:
        raise NotEstimable(
            f"{have(pooled.n_participants)} values; a mixed model needs at least 2 participants. "
            "Wait for more."
        )
    rows = np.einsum("kspc,kc->ksp", mean.maps[pooled.arm_numbers()], pooled.covariates())
    names = mean.names
    if spec.family == "cumulative":
        kept = [place for place, name in enumerate(names) if name != INTERCEPT_NAME]
        names, rows = tuple(names[place] for place in kept), rows[:, :, kept]
    attended, values = pooled.attended(), pooled.values()
    return Prepared(
        spec=spec,
        responses=pooled,
        design=mean,
        names=names,
        rows=rows * attended[:, :, None],
        attended=attended,
        values=values,
        counts=pooled.frequencies(),
        levels=np.unique(values[attended > 0]),
    )


def _check(prepared: Prepared) -> None:
    _check_values(prepared)
    seen = prepared.attended.sum(axis=0)
    visits = prepared.responses.shape.visits
    empty = [visit for visit, n in zip(visits, seen, strict=True) if n == 0]
    if empty:
        raise NotEstimable(
            f"{have(0)} a value at {' or '.join(empty)}. Wait for data there, or leave "
            f"{' and '.join(empty)} out of the analysis."
        )
    if prepared.spec.family != "gamma":
        _check_not_separated(prepared)
    _check_not_aliased(prepared)
    if prepared.spec.family == "gamma":
        _check_not_reproduced(prepared)


def _check_values(prepared: Prepared) -> None:
    spec, values = prepared.spec, prepared.values[prepared.attended > 0]
    if spec.family == "binomial":
        wrong = values[(values < 0) | (values > spec.trials) | (values != np.rint(values))]
        if len(wrong):
            raise InputRefused(
                f"The value {wrong[0]:g} is no whole number from 0 to {spec.trials}, as a binomial model of "
                f"{spec.trials} trials needs."
            )
    if spec.family == "gamma" and (values <= 0).any():
        n = int(prepared.counts @ ((prepared.values <= 0) * prepared.attended).sum(axis=1))
        raise NotEstimable(
            f"{n} {'value is' if n == 1 else 'values are'} zero or less, which a gamma distribution does not "
            "have. Use another model of the sensitivity analysis."
        )
    if len(prepared.levels) < 2:
        raise NotEstimable("All values are the same, so no effect can be estimated. Wait for more data.")


def _check_not_separated(prepared: Prepared) -> None:
    """A mean at the end of the scale is infinite on the scale of the link."""
    spec, levels = prepared.spec, prepared.levels
    low, high = (0.0, float(spec.trials)) if spec.family == "binomial" else (levels[0], levels[-1])
    arms = prepared.responses.arm_numbers()
    for number, arm in enumerate(prepared.responses.shape.arms or ("",)):
        for place, visit in enumerate(prepared.responses.shape.visits):
            here = (arms == number) & (prepared.attended[:, place] > 0)
            found = np.unique(prepared.values[here, place])
            if len(found) == 1 and found[0] in (low, high):
                where = f"{visit} in arm {arm}" if arm else visit
                raise NotEstimable(
                    f"All values at {where} are {found[0]:g}, the end of the scale: on the scale of the "
                    "logit their mean has no bound. Wait for more data, or leave the visit out of the "
                    "analysis."
                )


def _check_not_aliased(prepared: Prepared) -> None:
    flat = prepared.rows.reshape(-1, prepared.rows.shape[2])
    if prepared.spec.family == "cumulative":  # the thresholds stand for an intercept
        flat = np.column_stack([prepared.attended.reshape(-1), flat])
    gram = flat.T @ flat
    if solve_positive(gram, np.ones(len(gram))) is None:
        raise NotEstimable(
            "The effects of the model cannot be told apart in these data. Leave some of them out of the "
            "model."
        )


def _check_not_reproduced(prepared: Prepared) -> None:
    """What effects and one level for each participant explain wholly lets the shape grow without end."""
    seen = prepared.attended
    logs = np.log(np.where(seen > 0, prepared.values, 1.0))
    outcomes = np.concatenate([prepared.rows, logs[:, :, None]], axis=2)
    repeated = seen.sum(axis=1) > 1
    if repeated.any():  # who has one value has a level that explains it, but no value to see it by
        levels = np.einsum("kv,kvc->kc", seen, outcomes) / np.maximum(seen.sum(axis=1), 1.0)[:, None]
        outcomes = (outcomes - levels[:, None, :])[repeated]
        seen = seen[repeated]
    flat = outcomes[seen > 0]
    coefficients = np.linalg.lstsq(flat[:, :-1], flat[:, -1], rcond=None)[0]
    if np.abs(flat[:, -1] - flat[:, :-1] @ coefficients).max() < NO_SPREAD:
        raise NotEstimable(
            "The effects of the model and a level of each participant reproduce every value exactly, so no "
            "variation is left to estimate a shape from. Check the values; if they are right, wait for more "
            "data."
        )


def kernel(prepared: Prepared) -> Kernel:
    """The distribution of the responses, with participants who say the same put together."""
    if prepared.spec.family == "binomial":
        return _binomial(prepared)
    return _cumulative(prepared) if prepared.spec.family == "cumulative" else _gamma(prepared)


def _binomial(prepared: Prepared) -> Logits:
    from scipy.special import gammaln

    trials = prepared.spec.trials * prepared.attended
    successes = prepared.values * prepared.attended
    ways = gammaln(trials + 1) - gammaln(successes + 1) - gammaln(trials - successes + 1)
    return Logits.collapsed(
        prepared.rows,
        trials,
        successes,
        prepared.counts,
        np.zeros(prepared.rows.shape[2]),
        constant=float(prepared.counts @ ways.sum(axis=1)),
    )


def _cumulative(prepared: Prepared) -> Logits:
    cuts = len(prepared.levels) - 1
    category = np.searchsorted(prepared.levels, prepared.values) * (prepared.attended > 0)
    seen = prepared.attended > 0
    below, above = seen & (category > 0), seen & (category < cuts)
    of_threshold = np.eye(cuts)
    lower = of_threshold[np.maximum(category - 1, 0)] * below[:, :, None]
    upper = of_threshold[np.minimum(category, cuts - 1)] * above[:, :, None]
    rows = np.concatenate(
        [
            np.concatenate([upper, -prepared.rows * above[:, :, None]], axis=2),
            np.concatenate([lower, -prepared.rows * below[:, :, None]], axis=2),
        ],
        axis=1,
    )
    weights = np.broadcast_to(prepared.counts[:, None], seen.shape)
    tally = np.bincount(category[seen], weights=weights[seen], minlength=cuts + 1).astype(np.float64)
    shares = np.cumsum(tally)[:-1] / tally.sum()
    begin = np.concatenate([np.log(shares / (1.0 - shares)), np.zeros(prepared.rows.shape[2])])
    return Logits.collapsed(
        rows,
        np.concatenate([above, below], axis=1).astype(np.float64),
        np.concatenate([above, np.zeros_like(below)], axis=1).astype(np.float64),
        prepared.counts,
        begin,
        thresholds=cuts,
        between=tally[1:-1],
    )


def _gamma(prepared: Prepared) -> Gammas:
    seen = prepared.attended > 0
    weights = np.broadcast_to(prepared.counts[:, None], seen.shape)[seen]
    logs = np.log(prepared.values[seen])
    flat = prepared.rows[seen] * np.sqrt(weights)[:, None]
    coefficients = np.linalg.lstsq(flat, logs * np.sqrt(weights), rcond=None)[0]
    spread = float(np.average((logs - prepared.rows[seen] @ coefficients) ** 2, weights=weights))
    begin = np.append(coefficients, -np.log(max(spread, 1e-3)))
    return Gammas(
        prepared.rows, np.where(seen, prepared.values, 1.0), prepared.attended, prepared.counts, begin
    )


def _start(distribution: Kernel) -> Floats:
    begin = distribution.start()
    if distribution.shaped:
        return np.concatenate([begin[:-1], [START_SD_OF_GAMMA], begin[-1:]])
    return np.append(begin, START_SD)


def _result(prepared: Prepared, likelihood: GeneralisedLikelihood, optimum: Optimum) -> GeneralisedResult:
    spec, responses, p = prepared.spec, prepared.responses, likelihood.p
    parameters = optimum.point.parameters
    none = optimum.converged and bool(parameters[p] < NO_SD)
    names = _names(prepared)
    return GeneralisedResult(
        spec=spec,
        visits=responses.shape.visits,
        arms=responses.shape.arms,
        n_participants=responses.n_participants,
        n_observations=responses.n_observations,
        n_cells=len(likelihood.kernel.counts),
        converged=optimum.converged,
        iterations=optimum.iterations,
        gradient_norm=sqrt(abs(optimum.decrement)),
        at_boundary=(SD,) if none else (),
        warnings=_warnings(prepared, optimum, none=none),
        log_likelihood=-optimum.point.value / 2.0,
        names=names,
        parameters=frozen(parameters),
        vcov=frozen(_covariance(likelihood, optimum, without=p if none else None)),
        sd=float(parameters[p]),
        shape=float(np.exp(parameters[-1])) if likelihood.kernel.shaped else None,
        margin=margin(prepared, parameters),
        responses=responses,
    )


def _names(prepared: Prepared) -> tuple[str, ...]:
    if prepared.spec.family == "gamma":
        return (*prepared.names, SD, LOG_SHAPE)
    cuts = tuple(f"{low:g}|{high:g}" for low, high in pairwise(prepared.levels))
    return (*(cuts if prepared.spec.family == "cumulative" else ()), *prepared.names, SD)


def _covariance(likelihood: GeneralisedLikelihood, optimum: Optimum, without: int | None) -> Floats:
    """Twice the inverse of the Hessian over the parameters that were free."""
    size = len(optimum.point.parameters)
    covariance = np.full((size, size), np.nan)
    if not optimum.converged:
        return covariance
    free = [place for place in range(size) if place != without]
    inverse = solve_positive(likelihood.information(optimum.point)[np.ix_(free, free)], np.eye(len(free)))
    if inverse is None:
        raise NotEstimable(
            "The data do not determine all parameters of the model: its likelihood is flat about the "
            "estimates. Wait for more data."
        )
    covariance[:] = 0.0
    covariance[np.ix_(free, free)] = 2.0 * inverse
    return covariance


def margin(prepared: Prepared, parameters: Floats) -> Margin:
    """The population means of each arm at each visit, arms first, at some parameters."""
    spec, design_ = prepared.spec, prepared.design
    profiles, weights = _profiles(prepared.responses)
    rows = np.einsum("aspc,mc->asmp", design_.maps, profiles)
    if spec.family == "cumulative":
        rows = rows[..., [place for place, name in enumerate(design_.names) if name != INTERCEPT_NAME]]
    grid = rows.reshape(-1, *rows.shape[2:])
    if spec.family == "binomial":
        return margins.binomial(grid, weights, parameters, spec.trials)
    if spec.family == "cumulative":
        return margins.cumulative(grid, weights, parameters, prepared.levels)
    return margins.gamma(grid, weights, parameters)


def _profiles(responses: Responses) -> tuple[Floats, Floats]:
    """The distinct covariates of all participants, and the share of each."""
    distinct, place = np.unique(responses.covariates(), axis=0, return_inverse=True)
    weights = np.bincount(place.reshape(-1), weights=responses.frequencies())
    return distinct, weights / weights.sum()


def _warnings(prepared: Prepared, optimum: Optimum, *, none: bool) -> tuple[str, ...]:
    found = [optimum.message]
    if none:
        found.append(
            f"The {SD} was estimated as zero, the smallest value it may have; standard errors treat it as "
            "known."
        )
    if optimum.converged and prepared.responses.n_participants < FEW_PARTICIPANTS:
        found.append(
            "Intervals are by the normal distribution, as for all generalised mixed models: with so few "
            "participants they are somewhat too narrow."
        )
    return tuple(filter(None, found))
