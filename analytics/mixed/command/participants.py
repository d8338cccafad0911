"""The rows of a file, gathered by participant."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from analytics.mixed.command.number import MISSING, read_number, same_value
from analytics.mixed.command.outcome import Outcome
from analytics.mixed.command.source import Source
from analytics.mixed.refusals import InputRefused

# A design has a row for each visit and each level: a column of names given by mistake would fill the memory.
MOST_VISITS = 100


@dataclass(slots=True)
class Participant:
    """`line` is the first that was used; `constants` are the texts that may not vary."""

    name: str
    line: int
    constants: tuple[str, ...]
    outcomes: dict[str, Decimal] = field(default_factory=dict)


@dataclass
class Participants:
    """Everybody with an outcome, in the order of the file.

    `names` are the columns that belong to the participant. `visits` counts the values at each visit, `times`
    holds its nominal time with the line that said so; `seen` are the visits of rows without an outcome.
    """

    names: tuple[str, ...]
    by_name: dict[str, Participant] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    times: dict[str, tuple[Decimal, int]] = field(default_factory=dict)
    n_rows_without_outcome: int = 0
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Columns:
    """The names of the columns that play a part; `constants` belong to the participant."""

    participant: str
    visit: str
    constants: tuple[str, ...]
    time: str | None


def gather(source: Source, columns: Columns, outcome: Outcome) -> Participants:
    """Refuses, with the line: a missing participant or visit, a visit twice, what varies and may not.

    A row without an outcome is left out before anything else of it is looked at.
    """
    found = Participants(columns.constants)
    y = source.place(outcome.name)
    person, visit = source.place(columns.participant), source.place(columns.visit)
    constants = [source.place(name) for name in columns.constants]
    time = None if columns.time is None else source.place(columns.time)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line, fields in source.rows():
        value = outcome.read(fields[y], line)
        at = fields[visit].strip()
        if value is None:
            found.n_rows_without_outcome += 1
            found.seen.add(at)
            continue
        own = tuple([fields[place].strip() for place in constants])
        _add(found, columns, line, fields[person].strip(), at, same.setdefault(own, own), value)
        if time is not None:
            _add_time(found, str(columns.time), line, at, fields[time].strip())
    return found


def _add(
    found: Participants,
    columns: Columns,
    line: int,
    name: str,
    visit: str,
    constants: tuple[str, ...],
    value: Decimal,
) -> None:
    participant = found.by_name.get(name)
    if participant is None:
        _check_named(columns.participant, name, line)
        participant = found.by_name[name] = Participant(name, line, constants)
    elif participant.constants is not constants:
        _check_constant(found.names, name, participant, line, constants)
    if visit not in found.visits:
        _check_named(columns.visit, visit, line)
        _check_room(found, columns.visit)
        found.visits[visit] = 0
    if visit in participant.outcomes:
        raise InputRefused(
            f"Line {line}: participant {name} has a value at visit {visit} already. Keep one row for a visit."
        )
    found.visits[visit] += 1
    participant.outcomes[visit] = value


def _add_time(found: Participants, column: str, line: int, visit: str, text: str) -> None:
    if text in MISSING:
        return
    time = read_number(text, f"Line {line}: {column}")
    known, at = found.times.setdefault(visit, (time, line))
    if time != known:
        raise InputRefused(
            f"Line {line}: {column} is {time} at visit {visit}, but {known} on line {at}. Give the nominal "
            "time, the same for everybody."
        )


def _check_named(column: str, text: str, line: int) -> None:
    if text in MISSING:
        raise InputRefused(f"Line {line}: {column} is missing; every row needs a participant and a visit.")


def _check_room(found: Participants, column: str) -> None:
    if len(found.visits) == MOST_VISITS:
        raise InputRefused(
            f"The column {column} has more than {MOST_VISITS} different visits. Name the column of the "
            "planned visits."
        )


def _check_constant(
    names: Sequence[str], name: str, first: Participant, line: int, constants: Sequence[str]
) -> None:
    for column, here, before in zip(names, constants, first.constants, strict=True):
        if not same_value(here, before):
            raise InputRefused(
                f"Line {line}: {column} of participant {name} is {here!r} here and {before!r} on line "
                f"{first.line}. It must be the same in every row of a participant."
            )
