from trial.crf import items
from trial.crf.answers import Answers, form
from trial.protocol.marker import N_


@form("pain", title=N_("Pain intensity"))
class Pain(Answers):
    """Numerical rating scales of pain over the past 24 hours (CDISC QS, QSCAT PI)."""

    nrs_avg24 = items.Score(
        N_("Average pain in the past 24 hours"),
        0,
        10,
        required=True,
        hint=N_("0 = no pain, 10 = worst possible pain"),
        cdisc="QS.PI0102",
    )
    nrs_worst24 = items.Score(N_("Worst pain in the past 24 hours"), 0, 10, cdisc="QS.PI0106")
    nrs_least24 = items.Score(N_("Least pain in the past 24 hours"), 0, 10, cdisc="QS.PI0105")
    nrs_now = items.Score(N_("Pain right now"), 0, 10, cdisc="QS.PI0101")
    nrs_rest = items.Score(N_("Pain at rest"), 0, 10, cdisc="QS.PIREST")
    nrs_move = items.Score(N_("Pain on movement"), 0, 10, cdisc="QS.PIMOVE")
