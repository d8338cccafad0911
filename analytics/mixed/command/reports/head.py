"""What a reader must know first: warnings, then what was read and what was fitted to it."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import percent
from analytics.mixed.covariance import IN_WORDS
from analytics.mixed.generalised import FAMILIES_IN_WORDS

DF_METHODS = {
    "kenward-roger": "Kenward–Roger",
    "kenward-roger-linear": "Kenward–Roger",
    "satterthwaite": "Satterthwaite",
    "residual": "residual degrees of freedom",
    "z": "normal distribution (z)",
}


def messages(answer: Answer) -> str:
    """A line each; empty where all is well."""
    state = [] if answer["converged"] else ["NOT CONVERGED: do not use these numbers."]
    return "\n".join([*state, *(f"Warning: {sentence}" for sentence in answer["warnings"]), *answer["notes"]])


def summary(answer: Answer) -> str:
    """Of a model of any family."""
    lines = [
        f"{answer['outcome']}: {answer['n_participants']} participants, {answer['n_observations']} values, "
        f"{answer['n_rows_without_outcome']} rows without a value left out",
        f"Visits: {', '.join(answer['visits'])}",
        f"Arms: {', '.join(answer['arms'])}" if answer["arms"] else "",
        f"Mean: {' + '.join([answer['mean'], *answer['covariates']])}",
        *(_gaussian(answer) if answer["family"] == "gaussian" else _generalised(answer)),
        f"Log likelihood: {answer['loglik']:.6f}, after {answer['iterations']} iterations",
    ]
    return "\n".join(line for line in lines if line)


def _gaussian(answer: Answer) -> list[str]:
    return [
        f"Covariance: {_covariance(answer)}",
        f"Method: {answer['method']}; {_df_method(answer)}; intervals of {percent(answer['level'])}",
    ]


def _generalised(answer: Answer) -> list[str]:
    trials = "" if answer["trials"] is None else f", {answer['trials']} trials"
    nodes = "1 node" if answer["nodes"] == 1 else f"{answer['nodes']} nodes"
    return [
        f"Family: {FAMILIES_IN_WORDS[answer['family']]}{trials}; a random intercept",
        f"Method: {answer['method']}, adaptive quadrature with {nodes}; {DF_METHODS['z']}; intervals of "
        f"{percent(answer['level'])}",
    ]


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
