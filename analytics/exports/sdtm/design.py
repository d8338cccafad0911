"""TA, TE, TV, TI, TS: the study as it was planned, from the protocol."""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.exports.sdtm.record import Record, Value
from analytics.exports.sdtm.subject import FOLLOW_UP, SCREENING, TREATMENT
from trial.protocol import STUDY

SCREEN, TREAT, FOLLOW = "SCREEN", "TREAT", "FOLLOW"


@dataclass(frozen=True)
class Element:
    """A stretch of a participant's time in the study."""

    code: str
    name: str
    epoch: str
    begins: str
    ends: str


ELEMENTS = (
    Element(SCREEN, "Screening", SCREENING, "Informed consent", "Start of the injection"),
    Element(TREAT, "Injection", TREATMENT, "Start of the injection", "End of the injection"),
    Element(FOLLOW, "Follow-up", FOLLOW_UP, "End of the injection", "End of the participation"),
)
LAST = max(visit.offset or 0 for visit in STUDY.schedule.visits)
# Parameters of the study: short name, name, value.
SUMMARY = (
    ("TITLE", "Trial Title", STUDY.title),
    ("SDTMVER", "SDTM Version", "2.0"),
    ("SDTIGVER", "SDTM IG Version", "3.4"),
    ("STYPE", "Study Type", "INTERVENTIONAL"),
    ("NARMS", "Planned Number of Arms", str(len(STUDY.arms))),
    ("RANDOM", "Trial is Randomized", "N" if len(STUDY.arms) == 1 else "Y"),
    ("AGEMIN", "Planned Minimum Age of Subjects", f"P{STUDY.thresholds.youngest}Y"),
    ("SEXPOP", "Sex of Participants", "BOTH"),
    ("LENGTH", "Trial Length", f"P{LAST}D"),
    ("TRT", "Investigational Therapy or Treatment", STUDY.arms[0].label.upper()),
    ("PROTVER", "Protocol Version", STUDY.protocol_version),
)


def records() -> Iterator[Record]:
    """Every record of the design."""
    yield from _arms()
    yield from _elements()
    yield from _visits()
    yield from _criteria()
    yield from _summary()


def _arms() -> Iterator[Record]:
    for arm in STUDY.arms:
        for order, element in enumerate(ELEMENTS, start=1):
            values: dict[str, Value] = {
                "ARMCD": arm.code,
                "ARM": arm.label,
                "TAETORD": order,
                "ETCD": element.code,
                "ELEMENT": element.name,
                "EPOCH": element.epoch,
            }
            yield Record("TA", values)


def _elements() -> Iterator[Record]:
    for element in ELEMENTS:
        values: dict[str, Value] = {
            "ETCD": element.code,
            "ELEMENT": element.name,
            "TESTRL": element.begins,
            "TEENRL": element.ends,
        }
        yield Record("TE", values)


def _visits() -> Iterator[Record]:
    for visit in STUDY.schedule.planned:
        values: dict[str, Value] = {
            "VISITNUM": STUDY.schedule.position(visit.code) + 1,
            "VISIT": visit.label.upper(),
            "VISITDY": planned_day(visit.offset),
            "TVSTRL": "Informed consent"
            if visit.offset is None
            else f"Day {planned_day(visit.offset)}, {visit.before} days before to {visit.after} days after",
        }
        yield Record("TV", values)


def planned_day(offset: int | None) -> int | None:
    """The study day of an offset from the injection; there is no day 0."""
    return None if offset is None else offset + 1 if offset >= 0 else offset


def _criteria() -> Iterator[Record]:
    for criterion in STUDY.criteria:
        values: dict[str, Value] = {
            "IETESTCD": criterion.code,
            "IETEST": criterion.label,
            "IECAT": criterion.kind.upper(),
            "TIVERS": STUDY.protocol_version,
        }
        yield Record("TI", values)


def _summary() -> Iterator[Record]:
    for code, name, value in SUMMARY:
        yield Record("TS", {"TSPARMCD": code, "TSPARM": name, "TSVAL": value})
