"""What the command line may say."""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn, get_args

from analytics.mixed.command import value
from analytics.mixed.command.options import (
    FAMILIES,
    DiagnosticsOptions,
    FitOptions,
    InfluenceOptions,
    Mean,
    Options,
    PowerOptions,
    SensitivityOptions,
)
from analytics.mixed.command.restriction import check, check_family
from analytics.mixed.grid import Weighting
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import CovarianceName, DfMethod, Information

DESCRIPTION = (
    "Fits a mixed model for repeated measures (MMRM) to a CSV file and prints its estimates with standard "
    "errors, degrees of freedom and tests; says whether the model describes the data, who moves the "
    "estimates, what missing values could hide, and what a next trial could find. "
    "`python -m analytics.mixed fit --help` lists the options of `fit`."
)
EXIT_CODES = "Exit code 0: done. 1: the search did not converge. 2: refused, with one sentence."
COLUMN, NAMES = "COLUMN", "A,B,C"
COMMANDS: dict[str, type[Options]] = {
    "fit": FitOptions,
    "diagnostics": DiagnosticsOptions,
    "influence": InfluenceOptions,
    "sensitivity": SensitivityOptions,
    "power": PowerOptions,
}
WHAT_FOR = {
    "fit": "fit a mixed model to a CSV file with one row for each participant and visit",
    "diagnostics": "whether the model describes the data: residuals, their quantiles, condition numbers",
    "influence": "how the estimates change without each participant",
    "sensitivity": "the estimates again, under other assumptions about missing values",
    "power": "how likely a next trial of two arms is to find an effect, with this data as its pilot",
}


class Parser(argparse.ArgumentParser):
    """Refuses in one sentence, as everything else does. What was not given has the default of Options."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, argument_default=argparse.SUPPRESS, **settings)

    def error(self, message: str) -> NoReturn:
        raise InputRefused(f"{message[0].upper()}{message[1:]}; `{self.prog} --help` lists the options.")


def parse(arguments: Sequence[str] | None) -> Options:
    """Refuses what is not an option, or not one of its choices. `--help` prints and exits."""
    given = vars(_parser().parse_args(arguments))
    kind = COMMANDS[given.pop("command")]
    if kind is FitOptions:
        check_family(given)
    given["mean"] = given.get("mean", "visit*arm" if "arm" in given else "visit")
    given["covariate"] = tuple(dict.fromkeys(given.get("covariate", ())))
    if "method" in given:
        given["method"] = given["method"].upper()
    options = kind(**given)
    check(options)
    return options


def _parser() -> Parser:
    parser = Parser(prog="python -m analytics.mixed", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, add_own in (
        ("fit", _add_fit),
        ("diagnostics", None),  # residuals are those of the fit, whatever is inferred from it
        ("influence", _add_inference),
        ("sensitivity", _add_sensitivity),
        ("power", _add_power),
    ):
        command = commands.add_parser(
            name,
            help=WHAT_FOR[name],
            description=f"Says {WHAT_FOR[name]}." if name != "fit" else None,
            epilog=EXIT_CODES,
        )
        command.add_argument("data", metavar="DATA.csv", help="one row for each participant and visit")
        _add_columns(command)
        _add_model(command)
        if add_own:
            add_own(command)
        command.add_argument(
            "--json", metavar="OUT", help="write the result as JSON; - prints it instead of the table"
        )
    return parser


def _add_columns(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--outcome", required=True, metavar=COLUMN, help="rows with none (empty, NA or .) are left out"
    )
    command.add_argument("--participant", required=True, metavar=COLUMN)
    command.add_argument("--visit", required=True, metavar=COLUMN)
    command.add_argument(
        "--visit-order", type=value.names, metavar=NAMES, help="the visits to use (default: all, sorted)"
    )
    command.add_argument("--arm", metavar=COLUMN)
    command.add_argument(
        "--arm-order", type=value.names, metavar=NAMES, help="the arms to use (default: all, sorted as text)"
    )
    command.add_argument(
        "--covariate",
        type=str.strip,
        action="append",
        metavar=COLUMN,
        help="of the participant, may be repeated; COLUMN:visit adds its interaction with visit",
    )
    command.add_argument("--time", metavar=COLUMN, help="nominal time of the visits, for a slope")
    command.add_argument(
        "--precision", type=value.precision, help="of the outcome (default: the finest in the file)"
    )


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument("--mean", choices=get_args(Mean), help="default: visit*arm with --arm, else visit")
    command.add_argument("--covariance", choices=get_args(CovarianceName), help="default: un")
    command.add_argument("--covariance-by-arm", action="store_true", help="one for each arm")
    command.add_argument("--random-site", metavar=COLUMN, help="a random intercept for each site")
    command.add_argument(
        "--fallbacks",
        type=value.names,
        metavar="toeph,cs",
        help="tried in order when the first choice fails",
    )
    command.add_argument("--method", choices=("reml", "ml"), help="default: reml")


def _add_inference(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--baseline-visit", metavar="VISIT", help="from which changes are taken (default: the first)"
    )
    command.add_argument("--df", choices=get_args(DfMethod), help="default: kenward-roger")
    command.add_argument("--information", choices=get_args(Information), help="default: observed")
    command.add_argument("--level", type=float, help="of the intervals (default: 0.95)")


def _add_fit(command: argparse.ArgumentParser) -> None:
    _add_inference(command)
    command.add_argument(
        "--weights", choices=get_args(Weighting), help="of the levels in means (default: equal)"
    )
    command.add_argument(
        "--family",
        choices=FAMILIES,
        help="all but gaussian (the default) have a random intercept and a link",
    )
    command.add_argument(
        "--nodes", type=value.whole(1), help="of the quadrature, for all families but gaussian (default: 11)"
    )
    command.add_argument(
        "--trials", type=value.whole(1), help="of the binomial family: its largest value (default: 10)"
    )


def _add_sensitivity(command: argparse.ArgumentParser) -> None:
    _add_inference(command)
    command.add_argument(
        "--strategies",
        type=value.strategies,
        metavar="mar,j2r,cr,cir",
        help="how values after the last visit are imputed (default: all four)",
    )
    command.add_argument(
        "--imputations", type=value.whole(2), help="combined by Rubin's rules (default: 200)"
    )
    command.add_argument(
        "--deltas",
        type=value.deltas,
        metavar="0,1,2",
        help="added to imputed values, in units of the outcome and towards worse (default: 0 to 10)",
    )
    command.add_argument("--seed", type=value.whole(0), help="of the imputations (default: 1)")


def _add_power(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--effect",
        type=value.number,
        required=True,
        help="difference of the arms worth finding, in units of the outcome; may be negative",
    )
    command.add_argument(
        "--share",
        type=value.number,
        help="of the pilot's change to the last visit, added to the effect (default: 0)",
    )
    command.add_argument(
        "--sizes", type=value.sizes, metavar="40,80", help="of both arms together (default: 40,80,120)"
    )
    command.add_argument(
        "--draws", type=value.whole(1), help="of what the pilot leaves possible (default: 40)"
    )
    command.add_argument(
        "--trials", type=value.whole(1), help="simulated for each draw and size (default: 50)"
    )
    command.add_argument("--alpha", type=value.number, help="level of the two-sided test (default: 0.05)")
    command.add_argument("--seed", type=value.whole(0), help="of the simulated trials (default: 1)")
