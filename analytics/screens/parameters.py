"""The engine's names of covariance parameters, in the language of the reader."""

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from analytics.screens.visits import listed

NAMES: dict[str, Callable[[], str]] = {
    r"variance": lambda: _("variance"),
    r"residual variance": lambda: _("residual variance"),
    r"variance between participants": lambda: _("variance between participants"),
    r"deviation of the intercept": lambda: _("deviation of the intercept"),
    r"deviation of the slope": lambda: _("deviation of the slope"),
    r"variance of the intercept": lambda: _("variance of the intercept"),
    r"variance of the slope": lambda: _("variance of the slope"),
    r"covariance of intercept and slope": lambda: _("covariance of intercept and slope"),
    r"correlation of intercept and slope": lambda: _("correlation of intercept and slope"),
    r"variance (?P<visit>\S+)": lambda: _("variance at {visit}"),
    r"covariance": lambda: _("covariance"),
    r"covariance at lag (?P<lag>\d+)": lambda: _("covariance at lag {lag}"),
    r"covariance (?P<visit>\S+), (?P<other>\S+)": lambda: _("covariance of {visit} and {other}"),
    r"correlation": lambda: _("correlation"),
    r"correlation at lag (?P<lag>\d+)": lambda: _("correlation at lag {lag}"),
    r"correlation (?P<visit>\S+), (?P<other>\S+)": lambda: _("correlation of {visit} and {other}"),
}
OF_AN_ARM = re.compile(r"(?P<name>.+) \((?P<arm>.+)\)")


def parameter(name: str) -> str:
    """Of an arm its own, with the arm behind it. A name that is not known stays as the engine gave it."""
    if of_an_arm := OF_AN_ARM.fullmatch(name):
        return f"{parameter(of_an_arm['name'])} ({of_an_arm['arm']})"
    for pattern, translated in NAMES.items():
        if found := re.fullmatch(pattern, name):
            return translated().format(**found.groupdict())
    return name


def at_bound(held: Sequence[str]) -> str:
    """Which of them the search left at their bounds."""
    if not held:
        return _("no parameter is at its bound")
    return _("at its bound: {held}").format(held=listed([parameter(name) for name in held]))
