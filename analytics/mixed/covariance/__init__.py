"""Covariance structures of a participant's values over the visits; one file for each kind."""

from analytics.mixed.covariance.ante_dependence import AnteDependence, HeterogeneousAnteDependence
from analytics.mixed.covariance.autoregressive import Autoregressive, HeterogeneousAutoregressive
from analytics.mixed.covariance.compound_symmetry import CompoundSymmetry
from analytics.mixed.covariance.diagonal import Diagonal
from analytics.mixed.covariance.grouped import GroupedCovariance
from analytics.mixed.covariance.heterogeneous_compound_symmetry import HeterogeneousCompoundSymmetry
from analytics.mixed.covariance.heterogeneous_toeplitz import HeterogeneousToeplitz
from analytics.mixed.covariance.random_intercept import RandomIntercept
from analytics.mixed.covariance.random_slope import RandomSlope
from analytics.mixed.covariance.structure import Structure
from analytics.mixed.covariance.toeplitz import Toeplitz
from analytics.mixed.covariance.unstructured import Unstructured
from analytics.mixed.marker import N_
from analytics.mixed.spec import CovarianceName

STRUCTURES: dict[CovarianceName, type[Structure]] = {
    "un": Unstructured,
    "cs": CompoundSymmetry,
    "csh": HeterogeneousCompoundSymmetry,
    "ri": RandomIntercept,
    "ris": RandomSlope,
    "ar1": Autoregressive,
    "ar1h": HeterogeneousAutoregressive,
    "toep": Toeplitz,
    "toeph": HeterogeneousToeplitz,
    "ad": AnteDependence,
    "adh": HeterogeneousAnteDependence,
    "diag": Diagonal,
}

# Completes "The covariance of a participant's values is: …"
IN_WORDS: dict[CovarianceName, str] = {
    "un": N_("unstructured"),
    "cs": N_("compound symmetry"),
    "csh": N_("heterogeneous compound symmetry"),
    "ri": N_("a random intercept for each participant"),
    "ris": N_("a random intercept and slope for each participant"),
    "ar1": N_("first-order autoregressive"),
    "ar1h": N_("heterogeneous first-order autoregressive"),
    "toep": N_("Toeplitz"),
    "toeph": N_("heterogeneous Toeplitz"),
    "ad": N_("first-order ante-dependence"),
    "adh": N_("heterogeneous first-order ante-dependence"),
    "diag": N_("diagonal, with a variance at each visit"),
}

__all__ = ["IN_WORDS", "STRUCTURES", "GroupedCovariance", "Structure"]
