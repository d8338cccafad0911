"""What the command line may say."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, NoReturn, get_args

from analytics.mixed.grid import Weighting
from analytics.mixed.quanta import check_precision
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import CovarianceName, DfMethod, Information, Method

DESCRIPTION = (
    "Fits a mixed model for repeated measures (MMRM) to a CSV file and prints its estimates with standard "
    "errors, degrees of freedom and tests. `python -m analytics.mixed fit --help` lists the options."
)
Mean = Literal["visit", "visit*arm", "slope"]


@dataclass(frozen=True)
class Options:
    """The options of `fit`, named as on the command line; empty or None where one was not given."""

    data: str
    outcome: str
    participant: str
    visit: str
    visit_order: tuple[str, ...]
    baseline_visit: str | None
    arm: str | None
    arm_order: tuple[str, ...]
    covariate: tuple[str, ...]
    time: str | None
    mean: Mean
    covariance: CovarianceName
    covariance_by_arm: bool
    random_site: str | None
    fallbacks: tuple[CovarianceName, ...]
    method: Method
    df: DfMethod
    information: Information
    level: float
    weights: Weighting
    precision: Decimal | None
    json: str | None


class Parser(argparse.ArgumentParser):
    """Refuses in one sentence, as everything else does."""

    def error(self, message: str) -> NoReturn:
        raise InputRefused(f"{message[0].upper()}{message[1:]}; `{self.prog} --help` lists the options.")


def parse(arguments: Sequence[str] | None) -> Options:
    """Refuses what is not an option, or not one of its choices. `--help` prints and exits."""
    given = vars(_parser().parse_args(arguments))
    given.pop("command")
    options = Options(
        **given
        | {
            "mean": given["mean"] or ("visit*arm" if given["arm"] else "visit"),
            "method": given["method"].upper(),
            "covariate": tuple(dict.fromkeys(given["covariate"])),
        }
    )
    _check(options)
    return options


def _parser() -> Parser:
    parser = Parser(prog="python -m analytics.mixed", allow_abbrev=False, description=DESCRIPTION)
    fit = parser.add_subparsers(dest="command", required=True).add_parser(
        "fit",
        allow_abbrev=False,
        help="fit a mixed model to a CSV file with one row for each participant and visit",
        epilog="Exit code 0: fitted. 1: the search did not converge. 2: refused, with one sentence.",
    )
    fit.add_argument("data", metavar="DATA.csv", help="one row for each participant and visit")
    _add_columns(fit)
    _add_model(fit)
    _add_inference(fit)
    fit.add_argument(
        "--json", metavar="OUT", help="write the result as JSON; - prints it instead of the table"
    )
    return parser


def _add_columns(fit: argparse.ArgumentParser) -> None:
    column, names = "COLUMN", "A,B,C"
    fit.add_argument(
        "--outcome", required=True, metavar=column, help="rows with none (empty, NA or .) are left out"
    )
    fit.add_argument("--participant", required=True, metavar=column)
    fit.add_argument("--visit", required=True, metavar=column)
    fit.add_argument(
        "--visit-order",
        type=_list,
        default=(),
        metavar=names,
        help="the visits to use (default: all, sorted)",
    )
    fit.add_argument(
        "--baseline-visit", metavar="VISIT", help="from which changes are taken (default: the first)"
    )
    fit.add_argument("--arm", metavar=column)
    fit.add_argument(
        "--arm-order",
        type=_list,
        default=(),
        metavar=names,
        help="the arms to use (default: all, sorted as text)",
    )
    fit.add_argument(
        "--covariate",
        type=str.strip,
        action="append",
        default=[],
        metavar=column,
        help="of the participant, may be repeated; COLUMN:visit adds its interaction with visit",
    )
    fit.add_argument("--time", metavar=column, help="nominal time of the visits, for a slope")
    fit.add_argument("--precision", type=_precision, help="of the outcome (default: the finest in the file)")


def _add_model(fit: argparse.ArgumentParser) -> None:
    fit.add_argument("--mean", choices=get_args(Mean), help="default: visit*arm with --arm, else visit")
    fit.add_argument("--covariance", choices=get_args(CovarianceName), default="un")
    fit.add_argument("--covariance-by-arm", action="store_true", help="one for each arm")
    fit.add_argument("--random-site", metavar="COLUMN", help="a random intercept for each site")
    fit.add_argument(
        "--fallbacks",
        type=_list,
        default=(),
        metavar="toeph,cs",
        help="tried in order when the first choice fails",
    )
    fit.add_argument("--method", choices=("reml", "ml"), default="reml")


def _add_inference(fit: argparse.ArgumentParser) -> None:
    fit.add_argument("--df", choices=get_args(DfMethod), default="kenward-roger")
    fit.add_argument("--information", choices=get_args(Information), default="observed")
    fit.add_argument("--level", type=float, default=0.95, help="of the intervals (default: 0.95)")
    fit.add_argument("--weights", choices=get_args(Weighting), default="equal", help="of the levels in means")


def _list(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(names) or len(set(names)) != len(names):
        raise argparse.ArgumentTypeError(f"{text!r} must name each once, separated by commas")
    return names


def _precision(text: str) -> Decimal:
    try:
        precision = Decimal(text)
        check_precision(precision, "the outcome")
    except (InvalidOperation, InputRefused):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number such as 1 or 0.1") from None
    return precision


def _check(options: Options) -> None:
    if options.arm is None:
        for given, name in (
            (options.mean == "visit*arm", "--mean visit*arm"),
            (options.arm_order, "--arm-order"),
            (options.covariance_by_arm, "--covariance-by-arm"),
        ):
            if given:
                raise InputRefused(f"{name} needs --arm, the column of the arms.")
