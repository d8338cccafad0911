"""Generalised linear mixed models with a random intercept, by adaptive Gauss–Hermite quadrature.

responses = Responses.build(visits=("BL", "W1"), precision=Decimal(1), vectors=[(7, 4), (6, None), ...])
result = fit_generalised(responses, GeneralisedSpec("cumulative"))
result.coefficients(), result.changes("BL")
"""

from analytics.mixed.generalised.fitting import fit_generalised
from analytics.mixed.generalised.responses import Responses
from analytics.mixed.generalised.result import GeneralisedResult
from analytics.mixed.generalised.spec import FAMILIES_IN_WORDS, FamilyName, GeneralisedSpec

__all__ = [
    "FAMILIES_IN_WORDS",
    "FamilyName",
    "GeneralisedResult",
    "GeneralisedSpec",
    "Responses",
    "fit_generalised",
]
