"""The command `fit`, from arguments to exit code."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from analytics.mixed.command.answer import answer
from analytics.mixed.command.model import fits_arms, model
from analytics.mixed.command.options import Options, parse
from analytics.mixed.command.report import report
from analytics.mixed.command.table import read
from analytics.mixed.fitting import fit
from analytics.mixed.refusals import InputRefused, NotEstimable

CONVERGED, NOT_CONVERGED, REFUSED = 0, 1, 2
STANDARD_OUTPUT = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 with a result; 1 with one whose search did not converge; 2 with one sentence on standard error."""
    try:
        return _fit(parse(arguments))
    except (InputRefused, NotEstimable) as refusal:
        print(" ".join(str(refusal).split()), file=sys.stderr)
        return REFUSED


def _fit(options: Options) -> int:
    table = read(options, with_arms=fits_arms(options))
    result = fit(table.statistics, model(options, table))
    found = answer(result, table, options)
    if options.json:
        _write(json.dumps(found, indent=1, allow_nan=False) + "\n", options.json)
    if options.json != STANDARD_OUTPUT:
        print(report(found))
    return CONVERGED if result.converged else NOT_CONVERGED


def _write(text: str, target: str) -> None:
    if target == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputRefused(f"The file {target} cannot be written: {error.strerror}.") from error
