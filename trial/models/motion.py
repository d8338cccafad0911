from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, form
from trial.crf.codelists import ASSESSOR, MEASUREMENT_METHOD
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_
from trial.protocol.scoring import rom

DONE = When("rom_perf", ("Y",))
NOT_DONE = When("rom_perf", ("N",))


@form("motion", title=N_("Lumbar flexion"))
class Motion(Answers):
    """Range of motion in lumbar flexion (CDISC MK, ROMFLX), in degrees. Measured in person only."""

    rom_perf = items.YesNo(N_("Flexion measured"), required=True, cdisc="MK.MKPERF")
    rom_reasnd = items.Text(N_("Reason not measured"), required=True, when=NOT_DONE, cdisc="MK.MKREASND")
    rom_t1 = items.Measure(
        N_("Flexion, trial 1"),
        1,
        unit="deg",
        hard=(0, 120),
        soft=(5, 110),
        required=True,
        when=DONE,
        cdisc="MK.MKORRES",
        privacy=PLAIN,
    )
    rom_t2 = items.Measure(
        N_("Flexion, trial 2"),
        1,
        unit="deg",
        hard=(0, 120),
        soft=(5, 110),
        when=DONE,
        cdisc="MK.MKORRES",
        privacy=PLAIN,
    )
    rom_t3 = items.Measure(
        N_("Flexion, trial 3"),
        1,
        unit="deg",
        hard=(0, 120),
        soft=(5, 110),
        when=DONE,
        cdisc="MK.MKORRES",
        privacy=PLAIN,
    )
    rom_meth = items.Choice(
        N_("Method"), MEASUREMENT_METHOD, required=True, when=DONE, cdisc="MK.MKMETHOD", privacy=PLAIN
    )
    rom_dev = items.Text(N_("Device"), 40, when=DONE, hint=N_("Number on the device"), cdisc="MK.SPDEVID")
    rom_eval = items.Choice(
        N_("Assessor"), ASSESSOR, required=True, when=DONE, cdisc="MK.MKEVAL", privacy=PLAIN
    )
    rom_mean = items.Measure(
        N_("Mean flexion"), 1, unit="deg", hard=(0, 120), derived=True, cdisc="MK.MKSTRESN", privacy=PLAIN
    )

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        return {"rom_mean": rom.mean([answers.get(f"rom_t{trial}") for trial in (1, 2, 3)])}
