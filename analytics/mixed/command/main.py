"""The commands, from arguments to exit code."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analytics.mixed.command.answers.diagnostics import diagnosed
from analytics.mixed.command.answers.fitted import fitted
from analytics.mixed.command.answers.generalised import generalised
from analytics.mixed.command.answers.influence import influenced
from analytics.mixed.command.answers.plain import Answer, plain
from analytics.mixed.command.answers.power import power
from analytics.mixed.command.answers.sensitivity import sensitivity
from analytics.mixed.command.model import fits_arms, generalised_model, model
from analytics.mixed.command.options import (
    DiagnosticsOptions,
    FitOptions,
    InfluenceOptions,
    Options,
    PowerOptions,
    SensitivityOptions,
)
from analytics.mixed.command.parser import parse
from analytics.mixed.command.reports.diagnostics import diagnostics_report
from analytics.mixed.command.reports.fitted import fitted_report
from analytics.mixed.command.reports.generalised import generalised_report
from analytics.mixed.command.reports.influence import influence_report
from analytics.mixed.command.reports.power import power_report
from analytics.mixed.command.reports.sensitivity import sensitivity_report
from analytics.mixed.command.table import Table, read
from analytics.mixed.fitting import fit
from analytics.mixed.generalised import fit_generalised
from analytics.mixed.refusals import InputRefused, NotEstimable

CONVERGED, NOT_CONVERGED, REFUSED = 0, 1, 2
STANDARD_OUTPUT = "-"
Report = Callable[[Answer], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 with a result; 1 with one whose search did not converge; 2 with one sentence on standard error."""
    try:
        return _run(parse(arguments))
    except (InputRefused, NotEstimable) as refusal:
        print(" ".join(str(refusal).split()), file=sys.stderr)
        return REFUSED


def _run(options: Options) -> int:
    table = read(options, with_arms=fits_arms(options))
    answer, report = _answer(options, table)
    found = plain(answer)
    if options.json:
        _write(json.dumps(found, indent=1, allow_nan=False) + "\n", options.json)
    if options.json != STANDARD_OUTPUT:
        print(report(found))
    return CONVERGED if found["converged"] else NOT_CONVERGED


def _answer(options: Options, table: Table) -> tuple[Answer, Report]:
    """What the command found, and how it is said in text."""
    if isinstance(options, FitOptions) and options.family != "gaussian":
        of_family = fit_generalised(table.responses(), generalised_model(options, table))
        return generalised(of_family, table, options), generalised_report
    result = fit(table.statistics, model(options, table))
    match options:
        case DiagnosticsOptions():
            return diagnosed(result, table, options), diagnostics_report
        case InfluenceOptions():
            return influenced(result, table, options), influence_report
        case SensitivityOptions():
            return sensitivity(result, table, options), sensitivity_report
        case PowerOptions():
            return power(result, table, options), power_report
        case FitOptions():
            return fitted(result, table, options), fitted_report
    raise TypeError(f"No command has options {type(options).__name__}.")


def _write(text: str, target: str) -> None:
    if target == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputRefused(f"The file {target} cannot be written: {error.strerror}.") from error
