"""The right-hand side of a model as the command line accepts it: "visit + age", "sex * time"."""

from collections.abc import Mapping, Sequence
from itertools import chain

from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import INTERCEPT, FunctionOfVisit, Term

OPERATORS = "Join effects by +, interactions by : and effects with their interaction by *."


def parse(text: str) -> tuple[tuple[str, ...], ...]:
    """The effects, each as the names it multiplies, main effects first; the intercept is always there.

    >>> parse("sex * time")
    (('sex',), ('time',), ('sex', 'time'))
    """
    effects = list(chain.from_iterable(_expand(part) for part in text.split("+")))
    unique = dict.fromkeys(effect for effect in effects if effect != (INTERCEPT,))
    return tuple(sorted(unique, key=len))


def _expand(part: str) -> list[tuple[str, ...]]:
    names = [name.strip() for name in part.replace("*", ":").split(":")]
    if not all(name == INTERCEPT or name.replace("_", "a").replace(".", "a").isalnum() for name in names):
        raise InputRefused(f"{part.strip()!r} cannot be read as an effect. {OPERATORS}")
    if len(names) > 2:
        raise InputRefused(f"{part.strip()!r} has {len(names)} factors; at most two are supported.")
    if "*" in part:
        return [(names[0],), (names[1],), (names[0], names[1])]
    return [tuple(names)]


def names_in(effects: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Every name that the effects use, once, in order."""
    return tuple(dict.fromkeys(chain.from_iterable(effects)))


def terms(
    effects: Sequence[tuple[str, ...]],
    functions: Mapping[str, FunctionOfVisit],
    columns: Mapping[str, Sequence[str]],
) -> tuple[Term, ...]:
    """`functions` are the names that are functions of visit, `columns` what a covariate became."""
    found = [Term()]
    for effect in effects:
        by = [functions[name] for name in effect if name in functions]
        covariates = [name for name in effect if name not in functions]
        if len(by) > 1 or len(covariates) > 1:
            raise InputRefused(
                f"{':'.join(effect)} multiplies two {'functions of visit' if by else 'covariates'}; "
                "a covariate with a function of visit is supported. Add the product as a column of the file."
            )
        targets = columns[covariates[0]] if covariates else (INTERCEPT,)
        found += [Term(column, by[0] if by else "constant") for column in targets]
    return tuple(found)
