"""Degrees of freedom by Satterthwaite. Source: docs/explanation/statistics/satterthwaite.md."""

import numpy as np

from analytics.mixed.arrays import Floats


def satterthwaite(weights: Floats, phi: Floats, phi_derivatives: Floats, theta_covariance: Floats) -> Floats:
    """For each contrast c: 2 f² / (∇f' C ∇f), f = c'Φc, where C is the covariance of the parameters.

    `weights` has shape (contrasts, p), `phi_derivatives` (parameters, p, p). The result does not depend on
    how theta is parametrised. Infinite where the variance of the contrast does not depend on any free
    parameter.
    """
    variances = np.einsum("mp,pq,mq->m", weights, phi, weights)
    gradients = np.einsum("mp,kpq,mq->mk", weights, phi_derivatives, weights)
    with np.errstate(divide="ignore"):
        return np.asarray(
            2.0 * variances**2 / np.einsum("mk,kl,ml->m", gradients, theta_covariance, gradients)
        )
