"""Compound symmetry: the twin of the random intercept whose covariance may be negative."""

import numpy as np

from analytics.mixed.covariance.exchangeable import Exchangeable


class CompoundSymmetry(Exchangeable):
    """Only positive definiteness bounds the covariance, as in gls, mmrm and SAS REPEATED."""

    names = ("covariance", "residual variance")
    lower = np.array([-np.inf, 0.0])
