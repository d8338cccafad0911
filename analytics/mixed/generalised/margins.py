"""Population means of a generalised model, on the scale of the outcome, with their standard errors.

A coefficient of a logit speaks of one participant; a mean in points speaks of all. It is the mean over the
random intercept and over the participants' covariates; its standard error is that of the delta method.
"""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.generalised.quadrature import nodes_and_weights

# The integrand is smooth and of one kind: more nodes change no digit that is shown.
NODES = 61


@dataclass(frozen=True, eq=False)
class Margin:
    """`value` (grid,), and its derivatives by each parameter of the model, (grid, parameters)."""

    value: Floats
    gradient: Floats


def binomial(rows: Floats, weights: Floats, parameters: Floats, trials: int) -> Margin:
    """`rows` (grid, profiles, coefficients) with `weights` (profiles,); parameters (coefficients, σ)."""
    z, of_node = nodes_and_weights(NODES)
    probability = _logistic((rows @ parameters[:-1])[:, :, None] + parameters[-1] * z)
    slope = probability * (1.0 - probability)
    by_row = slope @ of_node * weights
    by_sigma = np.einsum("gmq,q,m->g", slope, of_node * z, weights)
    gradient = np.column_stack([np.einsum("gm,gmp->gp", by_row, rows), by_sigma])
    return Margin(trials * ((probability @ of_node) @ weights), trials * gradient)


def cumulative(rows: Floats, weights: Floats, parameters: Floats, levels: Floats) -> Margin:
    """Parameters (thresholds, coefficients, σ); `levels` are the values of the categories."""
    z, of_node = nodes_and_weights(NODES)
    cuts = len(levels) - 1
    thresholds, coefficients, sigma = parameters[:cuts], parameters[cuts:-1], parameters[-1]
    eta = thresholds - (rows @ coefficients)[:, :, None]
    below = _logistic(eta[:, :, :, None] + sigma * z)
    slope = below * (1.0 - below)
    rise = np.diff(levels)
    by_threshold = -np.einsum("gmjq,q,m->gj", slope, of_node, weights) * rise
    by_row = np.einsum("gmjq,q,m,j,gmp->gp", slope, of_node, weights, rise, rows, optimize=True)
    by_sigma = -np.einsum("gmjq,q,m,j->g", slope, of_node * z, weights, rise, optimize=True)
    value = levels[-1] - np.einsum("gmjq,q,m,j->g", below, of_node, weights, rise, optimize=True)
    return Margin(value, np.column_stack([by_threshold, by_row, by_sigma]))


def gamma(rows: Floats, weights: Floats, parameters: Floats) -> Margin:
    """Parameters (coefficients, σ, log shape); the mean of e^(η + σu) over u is e^(η + σ²/2)."""
    coefficients, sigma = parameters[:-2], parameters[-2]
    means = np.exp(rows @ coefficients + sigma**2 / 2.0) * weights
    value = means.sum(axis=1)
    by_row = np.einsum("gm,gmp->gp", means, rows)
    return Margin(value, np.column_stack([by_row, sigma * value, np.zeros(len(value))]))


def _logistic(eta: Floats) -> Floats:
    small = np.exp(-np.abs(eta))
    return np.asarray(np.where(eta >= 0, 1.0, small) / (1.0 + small))
