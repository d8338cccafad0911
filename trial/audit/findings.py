"""What a verification of the ledger found wrong, in the words of its commands."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

CHANGED: Final = "changed"
REMOVED: Final = "removed"
INSERTED: Final = "inserted"
REORDERED: Final = "reordered"
CUT_OFF: Final = "cut off"
UNDER_A_LOCK: Final = "changed under a lock"

SEAL: Final = "seal"
EVENT: Final = "event"
ROW: Final = "row"
TRIGGER: Final = "trigger"
FUNCTION: Final = "function"
JOURNAL: Final = "journal"

# Of one kind; after so many nobody reads on.
MOST: Final = 1000


@dataclass(frozen=True)
class Problem:
    """Something wrong with a seal, an event, a live row or what watches them.

    `number` is of the seal or the event. Table and key are empty where nothing is left that could tell them;
    of a trigger the key is its name.
    """

    kind: str
    wrong: str
    sentence: str
    number: int = 0
    table: str = ""
    key: str = ""

    def __str__(self) -> str:
        what = " ".join(part for part in (self.kind, str(self.number or ""), self.table, self.key) if part)
        return f"{what}: {self.wrong}. {self.sentence}"


@dataclass
class Report:
    """How much was looked at, and what was wrong: seals first, then events, live rows, triggers."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)

    @property
    def is_whole(self) -> bool:
        return not self.problems

    @property
    def wrong(self) -> int:
        """How much was found wrong, named or not."""
        return self.found.total()

    @property
    def is_least(self) -> bool:
        """Whether there may be more than that: where not all of a kind are named, not all are sought."""
        return any(number > MOST for number in self.found.values())

    @property
    def first(self) -> Problem | None:
        return self.problems[0] if self.problems else None

    def add(self, problem: Problem) -> None:
        """Keep it, and of too many of one kind only a note."""
        self.found[problem.kind] += 1
        if self.found[problem.kind] <= MOST:
            self.problems.append(problem)
        elif self.found[problem.kind] == MOST + 1:
            self.notes.append(f"More than {MOST} of the kind {problem.kind} are wrong: the first are named.")
