"""From options to the declaration of a model."""

from analytics.mixed.command.options import FitOptions, Options
from analytics.mixed.command.table import Table, covariates
from analytics.mixed.design import design
from analytics.mixed.generalised import GeneralisedSpec
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import ModelSpec, Term

INTERACTION = ":visit"


def fits_arms(options: Options) -> bool:
    """Whether the model tells arms apart, in its mean or in its covariance."""
    return options.arm is not None and (options.mean != "visit" or options.covariance_by_arm)


def model(options: Options, table: Table) -> ModelSpec:
    """Refuses a slope without times, and columns whose coefficients would share a name."""
    spec = ModelSpec(
        terms=_terms(options, table),
        covariance=options.covariance,
        covariance_by_arm=options.covariance_by_arm,
        fallbacks=options.fallbacks,
        method=options.method,
        df_method=options.df,
        information=options.information,
        level=options.level,
        times=_times(options, table),
        time_name=options.time or options.visit,
        arm_name=options.arm or "",
        random_site=options.random_site is not None,
    )
    _check_names(design(spec, table.statistics.shape).names)
    return spec


def generalised_model(options: FitOptions, table: Table) -> GeneralisedSpec:
    """Of a family that is not gaussian; refuses what `model` refuses."""
    if options.family == "gaussian":
        raise InputRefused("A generalised model has a family other than gaussian.")
    spec = GeneralisedSpec(
        options.family,
        trials=options.trials,
        nodes=options.nodes,
        terms=_terms(options, table),
        level=options.level,
        times=_times(options, table),
        time_name=options.time or options.visit,
        arm_name=options.arm or "",
    )
    _check_names(design(spec, table.statistics.shape).names)
    return spec


def _terms(options: Options, table: Table) -> tuple[Term, ...]:
    """In R's order: the formulas are covariates + arm * visit, and visit + covariates without arms."""
    main = [Term(column) for name in covariates(options) for column in table.columns[name]]
    by_visit = [
        Term(column, by="visit")
        for name in options.covariate
        if name.endswith(INTERACTION)
        for column in table.columns[name.removesuffix(INTERACTION)]
    ]
    over_time = Term(by="time" if options.mean == "slope" else "visit")
    if options.arm is None or options.mean == "visit":
        return (Term(), over_time, *main, *by_visit)
    return (Term(), *main, Term(arm=True), over_time, Term(by=over_time.by, arm=True), *by_visit)


def _times(options: Options, table: Table) -> tuple[float, ...]:
    """Empty where the model knows no time."""
    if options.mean != "slope" and "ris" not in (options.covariance, *options.fallbacks):
        return ()
    visits, times = table.statistics.visits, table.times
    if not times:
        raise InputRefused(
            "A slope needs --time, the column of nominal times, because the visits are no numbers: "
            f"{', '.join(visits)}."
        )
    if options.mean == "slope" and len(set(times)) < len(times):
        raise InputRefused("Two visits have the same time; a slope cannot tell them apart.")
    return times


def _check_names(names: tuple[str, ...]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputRefused(f"Two coefficients would be called {name}; rename a column or a level.")
