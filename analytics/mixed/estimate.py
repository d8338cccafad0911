"""One estimated number with all that belongs to it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["mean", "change", "coefficient"]


@dataclass(frozen=True)
class Estimate:
    """`visit` is None for a coefficient. The interval is unadjusted; statistic and p test against zero.

    `p_adjusted` is None for what was not part of a family of tests.
    """

    kind: Kind
    visit: str | None
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    statistic: float
    p: float
    p_adjusted: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types only."""
        return asdict(self)


def student(kind: Kind, visit: str | None, value: float, se: float, df: float, level: float) -> Estimate:
    """With interval and two-sided test from the t distribution; df need not be whole."""
    # Here and not above: it takes a third of a second, in which processes that never fit would not start.
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(df, 0.5 + level / 2)) * se
    statistic = value / se
    return Estimate(
        kind=kind,
        visit=visit,
        estimate=value,
        se=se,
        df=df,
        lower=value - half,
        upper=value + half,
        statistic=statistic,
        p=float(2.0 * stdtr(df, -abs(statistic))),
        p_adjusted=None,
    )
