"""The answer as text for a terminal: what a reader must know first, then the tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.mixed.covariance import IN_WORDS

Answer = Mapping[str, Any]
Line = Sequence[str]

NUMBERS = ("estimate", "se", "df", "lower", "upper", "t", "p")
DF_METHODS = {
    "kenward-roger": "Kenward–Roger",
    "kenward-roger-linear": "Kenward–Roger",
    "satterthwaite": "Satterthwaite",
    "residual": "residual degrees of freedom",
    "z": "normal distribution (z)",
}


def report(answer: Answer) -> str:
    """Warnings first; no line says more than the JSON does."""
    parts = [
        _messages(answer),
        _summary(answer),
        _estimates("Coefficients", answer["coefficients"]),
        _tests(answer["tests"]),
        _parameters(answer["covariance_parameters"]),
        _matrices(answer),
        _estimates("Means", answer["means"]),
        _contrasts(f"Changes from {answer['baseline_visit']}", answer["changes"]),
        _contrasts(f"Differences from {_first(answer['arms'])}", answer.get("differences", ())),
        _contrasts(
            f"Differences from {_first(answer['arms'])} in change from {answer['baseline_visit']}",
            answer.get("differences_in_change", ()),
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def _first(names: Sequence[str]) -> str:
    return names[0] if names else ""


def _messages(answer: Answer) -> str:
    state = [] if answer["converged"] else ["NOT CONVERGED: do not use these numbers."]
    return "\n".join([*state, *(f"Warning: {sentence}" for sentence in answer["warnings"]), *answer["notes"]])


def _summary(answer: Answer) -> str:
    lines = [
        f"{answer['outcome']}: {answer['n_participants']} participants, {answer['n_observations']} values, "
        f"{answer['n_rows_without_outcome']} rows without a value left out",
        f"Visits: {', '.join(answer['visits'])}",
        f"Arms: {', '.join(answer['arms'])}" if answer["arms"] else "",
        f"Mean: {' + '.join([answer['mean'], *answer['covariates']])}",
        f"Covariance: {_covariance(answer)}",
        f"Method: {answer['method']}; {_df_method(answer)}; intervals of {100 * answer['level']:.6g} %",
        f"Log likelihood: {answer['loglik']:.6f}, after {answer['iterations']} iterations",
    ]
    return "\n".join(line for line in lines if line)


def _covariance(answer: Answer) -> str:
    words = IN_WORDS[answer["covariance"]]
    if answer["covariance_by_arm"]:
        words += ", one for each arm"
    if answer["covariance"] != answer["covariance_asked_for"]:
        words += f" (fall-back; asked for: {IN_WORDS[answer['covariance_asked_for']]})"
    return words


def _df_method(answer: Answer) -> str:
    words = [DF_METHODS[answer["df_method"]], answer["kenward_roger"]]
    return ", ".join(filter(None, words))


def _estimates(title: str, rows: Sequence[Answer]) -> str:
    lines = [NUMBERS, *([*(_number(row[name]) for name in NUMBERS[:-1]), _p(row["p"])] for row in rows)]
    return _aligned(title, map(_label, rows), lines) if rows else ""


def _contrasts(title: str, rows: Sequence[Answer]) -> str:
    """The estimates, and below them what belongs to all of a family, if there are families of several."""
    estimates = _estimates(title, rows)
    if all(p == row["p"] for row in rows for p in row["p_adjusted"].values()):
        return estimates
    names = list(rows[0]["p_adjusted"])
    lines = [["lower", "upper", *(f"p {name}" for name in names)]]
    for row in rows:
        limits = row["adjusted"][names[0]]
        ps = [_p(row["p_adjusted"][name]) for name in names]
        lines.append([_number(limits["lower"]), _number(limits["upper"]), *ps])
    adjusted = _aligned(f"Adjusted; {names[0]} limits", map(_label, rows), lines)
    return f"{estimates}\n\n{adjusted}"


def _label(row: Answer) -> str:
    return row.get("name") or " ".join(filter(None, (row.get("arm"), row.get("visit"))))


def _tests(rows: Sequence[Answer]) -> str:
    names = ("f", "numerator_df", "denominator_df")
    lines = [["F", "numerator df", "denominator df", "p"]]
    lines += [[*(_number(row[name]) for name in names), _p(row["p"])] for row in rows]
    return _aligned("Tests of terms", (row["term"] for row in rows), lines) if rows else ""


def _parameters(parameters: Answer) -> str:
    return _aligned(
        "Covariance parameters",
        parameters,
        [["estimate"], *([_number(value)] for value in parameters.values())],
    )


def _matrices(answer: Answer) -> str:
    found = answer["covariance_matrix"]
    if not answer["covariance_by_arm"]:
        return _matrix("Covariance between visits", answer["visits"], found)
    return "\n\n".join(
        _matrix(f"Covariance between visits, {arm}", answer["visits"], matrix)
        for arm, matrix in found.items()
    )


def _matrix(title: str, visits: Sequence[str], matrix: Sequence[Sequence[float]]) -> str:
    return _aligned(title, visits, [visits, *([_number(value) for value in row] for row in matrix)])


def _aligned(title: str, labels: Any, lines: Sequence[Line]) -> str:
    """The title above the labels, columns to the right; the first of the lines is the header."""
    named = [title, *labels]
    first = max(map(len, named))
    widths = [2 + max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        (
            name.ljust(first) + "".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        ).rstrip()
        for name, line in zip(named, lines, strict=True)
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"
