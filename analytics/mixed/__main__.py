"""Fit a mixed model to a CSV file with one row for each participant and visit."""

import argparse
import json
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

from analytics.mixed import formula
from analytics.mixed.fitting import fit
from analytics.mixed.refusals import InputRefused, NotEstimable
from analytics.mixed.report import report
from analytics.mixed.result import Result
from analytics.mixed.spec import CovarianceName, FunctionOfVisit, Method, ModelSpec, Term
from analytics.mixed.table import Names, Table, read

REFUSED, NOT_ESTIMABLE = 2, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """0 with a result; 1 when the model cannot be estimated or did not converge; 2 for refused input."""
    options = _options(arguments)
    try:
        table, spec = _model(options)
        result = fit(table.statistics, spec)
        print(
            _as_json(result, table, options.reference) if options.json else _as_text(result, table, options)
        )
    except (InputRefused, NotEstimable) as refusal:
        _refuse(str(refusal), options.json)
        return REFUSED if isinstance(refusal, InputRefused) else NOT_ESTIMABLE
    return 0 if result.converged else NOT_ESTIMABLE


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m analytics.mixed", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV file, one row for each participant and visit")
    parser.add_argument("--outcome", required=True, help="column of the outcome; empty, NA and . are missing")
    parser.add_argument("--participant", required=True, help="column that names the participant")
    parser.add_argument("--visit", required=True, help="column that names the visit")
    parser.add_argument(
        "--fixed",
        default="visit",
        help='mean structure: "visit" is the visit as category, "time" or the name of the visit column '
        'a slope in its number, any other word a covariate: "visit + age + sex", "sex * time"',
    )
    parser.add_argument("--covariance", choices=get_args(CovarianceName), default="un")
    parser.add_argument("--method", choices=get_args(Method), default="REML")
    parser.add_argument("--visits", default="", help="the visits to use, in order, separated by commas")
    parser.add_argument("--reference", help="the visit from which changes are taken (default: the first)")
    parser.add_argument("--precision", help="of the outcome, for example 0.1 (default: as the file shows)")
    parser.add_argument("--level", type=float, default=0.95, help="of the intervals")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def _model(options: argparse.Namespace) -> tuple[Table, ModelSpec]:
    effects = formula.parse(options.fixed)
    functions: dict[str, FunctionOfVisit] = {options.visit: "time", "time": "time", "visit": "visit"}
    covariates = tuple(name for name in formula.names_in(effects) if name not in functions)
    visits = tuple(visit.strip() for visit in options.visits.split(",") if visit.strip())
    names = Names(options.outcome, options.participant, options.visit, covariates, visits)
    table = read(options.file, names, _precision(options.precision))
    terms = formula.terms(effects, functions, table.columns)
    spec = ModelSpec(
        terms=terms,
        covariance=options.covariance,
        method=options.method,
        level=options.level,
        times=_times(table.statistics.visits, terms),
        time_name="time" if options.visit == "visit" else options.visit,
    )
    return table, spec


def _precision(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise InputRefused(f"The precision {text!r} is not a number such as 1 or 0.1.") from None


def _times(visits: tuple[str, ...], terms: Sequence[Term]) -> tuple[float, ...]:
    if all(term.by != "time" for term in terms):
        return ()
    try:
        return tuple(float(visit) for visit in visits)
    except ValueError:
        raise InputRefused(f"A slope needs visits that are numbers; they are {', '.join(visits)}.") from None


def _as_json(result: Result, table: Table, reference: str | None) -> str:
    answer: dict[str, Any] = result.to_dict()
    answer["notes"] = list(table.notes)
    answer["coefficients"] = {name: e.to_dict() for name, e in result.coefficients().items()}
    answer["estimates"] = [e.to_dict() for e in (*result.means(), *result.changes(reference))]
    return json.dumps(answer, indent=1)


def _as_text(result: Result, table: Table, options: argparse.Namespace) -> str:
    return "\n".join([*table.notes, report(result, options.reference)])


def _refuse(sentence: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": sentence}, indent=1))
    else:
        print(sentence, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
