"""Which options refuse one another."""

from collections.abc import Collection, Mapping
from typing import Any

from analytics.mixed.command.model import fits_arms
from analytics.mixed.command.options import DiagnosticsOptions, Options, PowerOptions, SensitivityOptions
from analytics.mixed.refusals import InputRefused

# Of a family other than gaussian: the covariance is that of the random intercept, inference is by the normal
# distribution, and means are those of the population.
OF_GAUSSIAN = (
    "covariance",
    "covariance_by_arm",
    "random_site",
    "fallbacks",
    "method",
    "df",
    "information",
    "weights",
)
FOREIGN: Mapping[str, Collection[str]] = {
    "gaussian": ("nodes", "trials"),
    "binomial": OF_GAUSSIAN,
    "cumulative": (*OF_GAUSSIAN, "trials"),
    "gamma": (*OF_GAUSSIAN, "trials"),
}


def check_family(given: Mapping[str, Any]) -> None:
    """Refuses options that mean nothing to the family, be they given as their default or not."""
    family = given.get("family", "gaussian")
    foreign = [f"--{name.replace('_', '-')}" for name in FOREIGN[family] if name in given]
    if len(foreign) == 1:
        raise InputRefused(f"{foreign[0]} does not apply to the family {family}; leave it out.")
    if foreign:
        some = ", ".join(foreign[:-1])
        raise InputRefused(f"{some} and {foreign[-1]} do not apply to the family {family}; leave them out.")


def check(options: Options) -> None:
    """Refuses what needs arms where there are none, and models that a command cannot go on from."""
    if options.arm is None:
        _check_without_arms(options)
    if isinstance(options, DiagnosticsOptions) and options.random_site is not None:
        raise InputRefused(
            "Residuals are not offered for a model with a random site; leave out --random-site."
        )
    if isinstance(options, SensitivityOptions):
        _check_sensitivity(options)
    if isinstance(options, PowerOptions):
        _check_power(options)


def _check_without_arms(options: Options) -> None:
    for given, name in (
        (options.mean == "visit*arm", "--mean visit*arm"),
        (options.arm_order, "--arm-order"),
        (options.covariance_by_arm, "--covariance-by-arm"),
    ):
        if given:
            raise InputRefused(f"{name} needs --arm, the column of the arms.")


def _check_sensitivity(options: SensitivityOptions) -> None:
    if options.random_site is not None:
        raise InputRefused("Missing values are not imputed from a model with a random site.")
    if options.covariance_by_arm and options.mean == "visit":
        raise InputRefused(
            "A sensitivity analysis with --covariance-by-arm needs a mean that tells the arms apart; leave "
            "out --mean visit."
        )


def _check_power(options: PowerOptions) -> None:
    if options.effect == 0 and options.share == 0:
        raise InputRefused(
            "There is no power to find an effect of zero; give --effect the difference worth finding."
        )
    if fits_arms(options):
        raise InputRefused(
            "The next trial is planned from a pilot of one arm; leave out --arm, or take all arms as one by "
            "--mean visit."
        )
    if options.random_site is not None:
        raise InputRefused("The next trial is not planned from a model with a random site.")
    if options.covariate:
        raise InputRefused(
            "The next trial is planned with the baseline as its only covariate, so its pilot has none; leave "
            "out --covariate."
        )
