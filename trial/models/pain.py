from trial.crf import items
from trial.crf.answers import Answers, form


@form("pain", title="Pain intensity")
class Pain(Answers):
    """Numerical rating scales of pain over the past 24 hours (CDISC QS, QSCAT PI)."""

    nrs_avg24 = items.Score(
        "Average pain in the past 24 hours",
        0,
        10,
        required=True,
        hint="0 = no pain, 10 = worst possible pain",
        cdisc="QS.PI0102",
    )
    nrs_worst24 = items.Score("Worst pain in the past 24 hours", 0, 10, cdisc="QS.PI0106")
    nrs_least24 = items.Score("Least pain in the past 24 hours", 0, 10, cdisc="QS.PI0105")
    nrs_now = items.Score("Pain right now", 0, 10, cdisc="QS.PI0101")
