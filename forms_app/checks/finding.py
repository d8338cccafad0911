from dataclasses import dataclass

from trial.crf.codelists import DEVIATION
from trial.words import Sentence


@dataclass(frozen=True)
class Finding:
    """A soft check that fired. `item` is the path of the item, `check` the name of the check.

    `deviation` is a code of the codelist DEVIATION when what was found deviates from the protocol.
    """

    item: str
    check: str
    sentence: Sentence
    deviation: str = ""

    def __post_init__(self) -> None:
        if self.deviation and self.deviation not in DEVIATION.codes:
            raise ValueError(f"“{self.deviation}” is no kind of deviation.")

    @property
    def code(self) -> str:
        """How clients and screens address it, for example `rom_t1.soft`."""
        return f"{self.item}.{self.check}"
