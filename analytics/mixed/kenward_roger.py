"""The small-sample covariance of the coefficients by Kenward and Roger.

Source: docs/explanation/statistics/kenward-roger.md.
"""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.likelihood import Point


def adjusted_covariance(point: Point, theta_covariance: Floats, *, second_order: bool) -> Floats:
    """Φ + 2 Φ Σ_kl C_kl (Q_kl - P_k Φ P_l - R_kl / 4) Φ, shape (p, p), in the coordinates of the fit.

    `theta_covariance` C has shape (parameters, parameters), zero for a parameter held at its bound. Without
    `second_order` the terms R_kl, of the second derivatives of Sigma, are left out.
    """
    phi = point.profile.phi
    derivatives = point.derivatives
    middle = derivatives.pairs_total(theta_covariance)[:-1, :-1]
    combined = np.tensordot(theta_covariance, point.p_k, axes=1)
    middle = middle - (combined @ phi @ point.p_k).sum(axis=0)
    bends = derivatives.bends_total(theta_covariance) if second_order else None
    if bends is not None:
        middle = middle - bends[:-1, :-1] / 4.0
    adjusted = phi + 2.0 * phi @ middle @ phi
    return np.asarray((adjusted + adjusted.T) / 2.0)
