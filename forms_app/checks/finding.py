from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A soft check that fired. `item` is the path of the item, `check` the name of the check."""

    item: str
    check: str
    sentence: str

    @property
    def code(self) -> str:
        """How clients and screens address it, for example `rom_t1.soft`."""
        return f"{self.item}.{self.check}"
