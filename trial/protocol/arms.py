"""The arms of the study. The pilot has one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arm:
    code: str
    label: str


PILOT_ARMS = (Arm("TLFI", "Thoracolumbar fascia injection, L3-4, both sides"),)
