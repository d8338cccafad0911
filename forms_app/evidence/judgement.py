from dataclasses import dataclass
from typing import Literal

from trial.words import Sentence, sentence


@dataclass(frozen=True)
class Judgement:
    """What the data say of one criterion: `verdict` Y (met, present), N, or None: cannot be confirmed.

    `asked` is set when data are there, and a person has to look whether they are enough.
    """

    verdict: Literal["Y", "N"] | None
    said: Sentence
    asked: bool = False


def met(is_met: bool, template: str, **values: object) -> Judgement:
    return Judgement("Y" if is_met else "N", sentence(template, **values))


def unconfirmed(template: str, **values: object) -> Judgement:
    """There are no data to judge by."""
    return Judgement(None, sentence(template, **values))


def unclear(template: str, **values: object) -> Judgement:
    """There are data, and they leave it open."""
    return Judgement(None, sentence(template, **values), asked=True)
