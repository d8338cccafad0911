"""A result as text for a terminal."""

from collections.abc import Iterable

from analytics.mixed.estimate import Estimate
from analytics.mixed.result import Result

HEADER = ("", "estimate", "se", "df", "lower", "upper", "t", "p", "p Holm")


def report(result: Result, reference: str | None) -> str:
    """Model, convergence and messages first, then coefficients, covariance, means and changes."""
    base = reference or result.visits[0]
    parts = [
        _summary(result),
        _table("Coefficients", result.coefficients().items()),
        _covariance(result),
        _table("Means", ((e.visit or "", e) for e in result.means())),
    ]
    if len(result.visits) > 1:
        parts.append(_table(f"Changes from {base}", ((e.visit or "", e) for e in result.changes(reference))))
    return "\n\n".join(parts)


def _summary(result: Result) -> str:
    state = "converged" if result.converged else "NOT CONVERGED"
    spec, visits = result.spec, ", ".join(result.visits)
    lines = [
        f"{result.n_participants} participants, {result.n_observations} values, visits {visits}",
        f"covariance {spec.covariance}, {spec.method}, {spec.degrees_of_freedom} degrees of freedom, "
        f"{spec.level:.0%} intervals",
        f"{state} after {result.iterations} iterations, log likelihood {result.log_likelihood:.6f}",
        *result.messages,
    ]
    return "\n".join(lines)


def _table(title: str, rows: Iterable[tuple[str, Estimate]]) -> str:
    lines = [[title, *HEADER[1:]], *([name, *_cells(estimate)] for name, estimate in rows)]
    width = max(len(line[0]) for line in lines)
    return "\n".join(line[0].ljust(width) + "".join(cell.rjust(13) for cell in line[1:]) for line in lines)


def _cells(e: Estimate) -> list[str]:
    adjusted = "" if e.p_adjusted is None else f"{e.p_adjusted:.4g}"
    numbers = (e.estimate, e.se, e.df, e.lower, e.upper, e.statistic)
    return [*(f"{number:.6g}" for number in numbers), f"{e.p:.4g}", adjusted]


def _covariance(result: Result) -> str:
    width = max(map(len, result.theta_names))
    pairs = zip(result.theta_names, result.theta, strict=True)
    return "\n".join(
        ["Covariance parameters", *(f"{name.ljust(width)}{value:13.6g}" for name, value in pairs)]
    )
