"""Covariance structures of a participant's values over the visits; one file for each."""

from analytics.mixed.covariance.compound_symmetry import CompoundSymmetry
from analytics.mixed.covariance.random_intercept import RandomIntercept
from analytics.mixed.covariance.structure import Structure
from analytics.mixed.covariance.unstructured import Unstructured
from analytics.mixed.spec import CovarianceName

STRUCTURES: dict[CovarianceName, type[Structure]] = {
    "ri": RandomIntercept,
    "cs": CompoundSymmetry,
    "un": Unstructured,
}

__all__ = ["STRUCTURES", "Structure"]
