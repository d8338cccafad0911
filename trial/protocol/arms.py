"""The arms of the study. The pilot has one."""

from dataclasses import dataclass

from trial.protocol.marker import N_


@dataclass(frozen=True)
class Arm:
    code: str
    label: str


PILOT_ARMS = (Arm("TLFI", N_("Thoracolumbar fascia injection, L3-4, both sides")),)
