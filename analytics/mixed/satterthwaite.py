"""Degrees of freedom by Satterthwaite. Source: docs/explanation/statistics/satterthwaite.md."""

from analytics.mixed.arrays import Floats


def satterthwaite(weights: Floats, phi: Floats, phi_derivatives: Floats, theta_covariance: Floats) -> float:
    """For one contrast: 2 f² / (∇f' C ∇f), f = c'Φc, where C is the covariance of the free parameters.

    `phi_derivatives` has shape (free parameters, p, p). The result does not depend on how theta is
    parametrised.
    """
    variance = float(weights @ phi @ weights)
    gradient = phi_derivatives @ weights @ weights
    return float(2.0 * variance**2 / (gradient @ theta_covariance @ gradient))
