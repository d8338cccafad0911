"""The power of the next trial in tables: always a band, never a single number."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, joined, number, percent
from analytics.mixed.command.reports.head import messages, summary
from analytics.mixed.covariance import IN_WORDS


def power_report(answer: Answer) -> str:
    """The plan, the curve, and the sizes that are needed."""
    return joined([messages(answer), summary(answer), _plan(answer), _curve(answer), _needed(answer)])


def _plan(answer: Answer) -> str:
    share = f" plus {number(answer['share'])} of the change in the pilot" if answer["share"] else ""
    plan = answer["plan"]
    words = ", then ".join(IN_WORDS[name] for name in (plan["covariance"], *plan["fallbacks"]))
    return "\n".join(
        [
            f"Next trial: two equal arms, compared at {answer['visits'][-1]} by a two-sided test at level "
            f"{number(answer['alpha'])}",
            f"Effect: {number(answer['effect'])}{share}",
            f"Covariance: {words}",
            f"Simulated: {answer['trials']} trials for each size and each of {answer['draws']} draws of what "
            "the pilot leaves possible",
        ]
    )


def _curve(answer: Answer) -> str:
    rows = answer["points"]
    header = ["power", *(f"{limit} {percent(answer['band'])}" for limit in ("lower", "upper"))]
    lines = [[*header, "observed", "Monte Carlo se", "failed"]]
    lines += [
        [f"{row[name]:.3f}" for name in ("power", "lower", "upper", "observed", "se")] + [str(row["failed"])]
        for row in rows
    ]
    return aligned("Participants in both arms", (str(row["participants"]) for row in rows), lines)


def _needed(answer: Answer) -> str:
    band = f"in {percent(answer['band'])} of what the pilot leaves possible"
    return "\n".join(
        f"Needed for a power of {percent(row['power'])}: {_between(row)}, {band}" for row in answer["needed"]
    )


def _between(row: Answer) -> str:
    """None where no size reaches the power."""
    if row["fewest"] is None:
        return "no number of participants"
    if row["most"] is None:
        return f"{row['fewest']} participants or more, without an upper bound"
    return f"between {row['fewest']} and {row['most']} participants"
