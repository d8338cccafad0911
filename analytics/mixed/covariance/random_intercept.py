"""Random intercept: participants differ by a constant whose variance is at least zero."""

import numpy as np

from analytics.mixed.covariance.exchangeable import Exchangeable


class RandomIntercept(Exchangeable):
    """At the boundary the variance is zero and counts as known, as in lme4 and SAS."""

    names = ("variance between participants", "residual variance")
    lower = np.array([0.0, 0.0])
