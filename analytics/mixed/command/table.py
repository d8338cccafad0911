"""A file as statistics, with all that was decided on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.cell import Cell
from analytics.mixed.column import Column
from analytics.mixed.command.coding import Coding, coding
from analytics.mixed.command.number import MISSING, in_order, is_number, read_number
from analytics.mixed.command.options import Options
from analytics.mixed.command.outcome import Outcome
from analytics.mixed.command.participants import Columns, Participant, Participants, gather
from analytics.mixed.command.source import opened
from analytics.mixed.generalised import Responses
from analytics.mixed.people import Person
from analytics.mixed.refusals import InputRefused
from analytics.mixed.statistics import Statistics

# Up to here a double, divided by a power of ten, comes back as the same whole number.
EXACT_AS_DOUBLE = 2**50
FINEST_AS_DOUBLE = Decimal("1e-22")
NAMED_IN_A_NOTE = 5
MOST_ARMS = 50


@dataclass(frozen=True)
class Layout:
    """How a participant becomes a vector: where the constants stand and how covariates are coded."""

    visits: tuple[str, ...]
    arm: int | None
    site: int | None
    codings: tuple[tuple[int, Coding], ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for _, coded in self.codings for column in coded.columns)

    def covariates(self, participant: Participant) -> Iterator[Decimal]:
        for place, coded in self.codings:
            yield from coded.values(participant.constants[place])

    def vector(self, participant: Participant) -> list[Decimal | None]:
        return [*self.covariates(participant), *map(participant.outcomes.get, self.visits)]

    def cell(self, participant: Participant) -> Cell:
        return Cell(
            arm="" if self.arm is None else participant.constants[self.arm],
            site="" if self.site is None else participant.constants[self.site],
        )


@dataclass(frozen=True)
class Table:
    """`columns` says which subject columns each covariate became.

    `times` are those of the visits, empty where none are known; `notes` are sentences on what was left out.
    `participants` are those behind the statistics, in the order of the file, and `layout` how each is read.
    """

    statistics: Statistics
    columns: dict[str, tuple[str, ...]]
    times: tuple[float, ...]
    n_rows_without_outcome: int
    notes: tuple[str, ...]
    participants: Sequence[Participant]
    layout: Layout

    def persons(self) -> Iterator[Person]:
        """Each participant with a value at one of the visits, by name."""
        for each in self.participants:
            yield Person(each.name, self.layout.vector(each), self.layout.cell(each))

    def responses(self) -> Responses:
        """What a generalised model is fitted from."""
        return Responses.build(
            visits=self.statistics.visits,
            precision=self.statistics.precision,
            vectors=map(self.layout.vector, self.participants),
            columns=self.statistics.columns,
            arms=self.statistics.arms,
            cells=map(self.layout.cell, self.participants),
        )


def read(options: Options, *, with_arms: bool) -> Table:
    """`with_arms` says whether the model tells arms apart; if not, `--arm-order` still chooses among them.

    Refuses what the file cannot mean, with the line where there is one.
    """
    arm = options.arm if with_arms or options.arm_order else None
    names = _constants(options, arm)
    found, outcome = _gathered(options, names)
    visits, notes = _visits(found, options)
    people, left_out = _complete(found, visits)
    arms, people, of_other_arms = _arms(people, names, arm, options.arm_order)
    layout = _layout(options, arm if with_arms else None, names, visits, people)
    if options.arm is not None and not with_arms:
        notes.append("The arms are left out of the model, because --mean visit does not tell them apart.")
    return Table(
        statistics=_statistics(people, layout, outcome.precision, arms if with_arms else ()),
        columns={
            names[place]: tuple(column.name for column in coded.columns) for place, coded in layout.codings
        },
        times=_times(found, visits, options.time),
        n_rows_without_outcome=found.n_rows_without_outcome,
        notes=(*notes, *left_out, *of_other_arms),
        participants=people,
        layout=layout,
    )


def covariates(options: Options) -> tuple[str, ...]:
    """The columns that `--covariate` names, those of interactions included, each once."""
    return tuple(dict.fromkeys(name.removesuffix(":visit") for name in options.covariate))


def _constants(options: Options, arm: str | None) -> tuple[str, ...]:
    names = (arm, options.random_site, *covariates(options))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _gathered(options: Options, names: tuple[str, ...]) -> tuple[Participants, Outcome]:
    columns = Columns(options.participant, options.visit, names, options.time)
    outcome = Outcome(options.outcome, options.precision)
    with opened(options.data) as source:
        found = gather(source, columns, outcome)
    if not found.by_name:
        empty = "no rows" if not found.n_rows_without_outcome else f"no value in the column {options.outcome}"
        raise InputRefused(f"The file {options.data} has {empty}.")
    return found, outcome


def _visits(found: Participants, options: Options) -> tuple[tuple[str, ...], list[str]]:
    """In order, with notes on those that are left out."""
    ordered = options.visit_order or in_order(found.visits, options.visit)
    known = found.seen.union(found.visits)
    for visit in ordered:
        if visit not in known:
            present = ", ".join(in_order(found.visits, options.visit))
            raise InputRefused(f"The file has no visit {visit!r}; its visits are: {present}.")
    notes = [
        f"Visit {visit} is left out, because --visit-order does not name it ({n} values)."
        for visit, n in found.visits.items()
        if visit not in ordered
    ]
    unvalued = sorted(visit for visit in found.seen.difference(found.visits) if visit not in MISSING)
    notes += [f"Visit {visit} is left out, because nobody has a value there." for visit in unvalued]
    kept = tuple(visit for visit in ordered if visit in found.visits)
    if not kept:
        raise InputRefused(f"The file has no value at {' or '.join(ordered)}.")
    return kept, notes


def _complete(found: Participants, visits: tuple[str, ...]) -> tuple[list[Participant], list[str]]:
    """Those with a value at one of the visits and no gap among their constants; notes on the others."""
    people: list[Participant] = []
    incomplete: dict[str, list[str]] = {}
    chosen = set(visits)
    everywhere = chosen.issuperset(found.visits)
    for name, participant in found.by_name.items():
        if not everywhere and chosen.isdisjoint(participant.outcomes):
            continue
        missing = [
            column for column, text in zip(found.names, participant.constants, strict=True) if text in MISSING
        ]
        if missing:
            incomplete.setdefault(" and ".join(missing), []).append(name)
        else:
            people.append(participant)
    if not people:
        raise InputRefused(f"Nobody has a value and no gap in {', '.join(found.names)}.")
    return people, [_left_out(names, f"{columns} is missing") for columns, names in incomplete.items()]


def _left_out(names: Sequence[str], reason: str) -> str:
    some = ", ".join(names[:NAMED_IN_A_NOTE])
    others = len(names) - NAMED_IN_A_NOTE
    more = f" and {others} more" if others > 0 else ""
    who = "1 participant is" if len(names) == 1 else f"{len(names)} participants are"
    return f"{who} left out, because {reason}: {some}{more}."


def _arms(
    people: list[Participant], names: tuple[str, ...], arm: str | None, order: tuple[str, ...]
) -> tuple[tuple[str, ...], list[Participant], list[str]]:
    """The arms in order, with those who belong to them and a note on the others; nothing without an arm."""
    if arm is None:
        return (), people, []
    place = names.index(arm)
    known = {participant.constants[place] for participant in people}
    for name in order:
        if name not in known:
            raise InputRefused(
                f"The column {arm} has no arm {name!r}; its arms are: {', '.join(sorted(known))}."
            )
    arms = order or tuple(sorted(known))
    _check_arms(arm, arms)
    others = known.difference(arms)
    if not others:
        return arms, people, []
    kept = [participant for participant in people if participant.constants[place] not in others]
    note = (
        f"{len(people) - len(kept)} participants are left out, because --arm-order does not name their arm: "
        f"{', '.join(sorted(others))}."
    )
    return arms, kept, [note]


def _check_arms(column: str, arms: tuple[str, ...]) -> None:
    if len(arms) < 2:
        raise InputRefused(f"The only arm in the column {column} is {arms[0]}; leave out --arm.")
    if len(arms) > MOST_ARMS:
        raise InputRefused(
            f"The column {column} has {len(arms)} different arms, for example {arms[0]!r}; at most "
            f"{MOST_ARMS} are possible. Name the column of the arms."
        )


def _layout(
    options: Options,
    arm: str | None,
    names: tuple[str, ...],
    visits: tuple[str, ...],
    people: Sequence[Participant],
) -> Layout:
    def texts(place: int) -> set[str]:
        return set(map(itemgetter(place), (participant.constants for participant in people)))

    places = [names.index(name) for name in covariates(options)]
    return Layout(
        visits=visits,
        arm=None if arm is None else names.index(arm),
        site=None if options.random_site is None else names.index(options.random_site),
        codings=tuple((place, coding(names[place], texts(place))) for place in places),
    )


def _times(found: Participants, visits: tuple[str, ...], column: str | None) -> tuple[float, ...]:
    if column is None:
        if not all(map(is_number, visits)):
            return ()
        return tuple(float(read_number(visit, "A visit")) for visit in visits)
    for visit in visits:
        if visit not in found.times:
            raise InputRefused(f"The column {column} has no time for visit {visit}; every visit needs one.")
    return tuple(float(found.times[visit][0]) for visit in visits)


def _statistics(
    people: Sequence[Participant], layout: Layout, precision: Decimal, arms: tuple[str, ...]
) -> Statistics:
    """By way of arrays where doubles are exact, which is many times faster, else number by number."""
    if layout.site is None and _doubles_are_exact(people, layout, precision):
        covariates = np.array([list(map(float, layout.covariates(person))) for person in people])
        return Statistics.from_arrays(
            visits=layout.visits,
            precision=precision,
            outcomes=_outcomes(people, layout.visits),
            columns=layout.columns,
            covariates=covariates,
            arms=arms,
            arm_numbers=np.array([arms.index(layout.cell(person).arm) for person in people])
            if arms
            else None,
        )
    return Statistics.build(
        visits=layout.visits,
        precision=precision,
        vectors=map(layout.vector, people),
        columns=layout.columns,
        arms=arms,
        cells=map(layout.cell, people),
    )


def _outcomes(people: Sequence[Participant], visits: tuple[str, ...]) -> Floats:
    outcomes = np.full((len(people), len(visits)), np.nan)
    place = {visit: number for number, visit in enumerate(visits)}
    for row, person in enumerate(people):
        for visit, value in person.outcomes.items():
            if visit in place:
                outcomes[row, place[visit]] = value
    return outcomes


def _doubles_are_exact(people: Sequence[Participant], layout: Layout, precision: Decimal) -> bool:
    largest = max(abs(value) for person in people for value in person.outcomes.values())
    units = [precision, *(column.precision for column in layout.columns)]
    sizes = [largest]
    for place, coded in layout.codings:
        texts = {person.constants[place] for person in people}
        sizes += [Decimal(1)] * len(coded.levels) or [max(abs(Decimal(text)) for text in texts)]
    return all(
        unit >= FINEST_AS_DOUBLE and size < EXACT_AS_DOUBLE * unit
        for size, unit in zip(sizes, units, strict=True)
    )
