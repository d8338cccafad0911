"""What the flow of the trial asks of each participant, read by a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from trial.access import Right, sites_with
from trial.crf import registry
from trial.models import (
    Eligibility,
    Injection,
    InjectionSide,
    Participant,
    User,
    Visit,
    Withdrawal,
)
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.protocol.criteria import verdict


@dataclass(frozen=True)
class Person:
    """A participant: the state, and what the forms and visits say that decides about the boxes.

    `performed` is the answer of the injection form, None before it; `sides` counts the injected ones.
    `left` is the code of the reason of a withdrawal; `outcomes` are those with a value in their analysis.
    """

    code: str
    state: str
    reached: str
    today: date
    state_reason: str = ""
    failed: tuple[str, ...] = ()
    performed: str | None = None
    not_given: str = ""
    anchor: date | None = None
    sides: int = 0
    attended: frozenset[str] = frozenset()
    missed: Mapping[str, str] = field(default_factory=dict)
    left: str = ""
    outcomes: frozenset[str] = frozenset()


def read(user: User, site: str = "") -> list[Person]:
    """Every participant whom the person may see, of one site if it is given, by code."""
    sites = {each.pk: each for each in sites_with(user, Right.VIEW_DATA) if site in ("", each.code)}
    facts = _Facts(list(sites))
    clocks = {pk: each.today() for pk, each in sites.items()}
    found = Participant.objects.filter(site__in=list(sites)).order_by("code")
    return [facts.person(participant, clocks[participant.site_id]) for participant in found]


class _Facts:
    """What is recorded at some sites, by the key of the participant."""

    def __init__(self, sites: list[int]) -> None:
        self.sites = sites
        self.failed = self._failed()
        self.injections = self._injections()
        self.sides = self._sides()
        self.attended, self.missed = self._visits()
        self.left = self._left()
        self.outcomes = self._outcomes()

    def person(self, participant: Participant, today: date) -> Person:
        pk = participant.pk
        performed, not_given, anchor = self.injections.get(pk, (None, None, None))
        return Person(
            code=participant.code,
            state=participant.state,
            reached=participant.reached,
            today=today,
            state_reason=participant.state_reason,
            failed=self.failed.get(pk, ()),
            performed=performed,
            not_given=not_given or "",
            anchor=anchor,
            sides=self.sides.get(pk, 0),
            attended=frozenset(self.attended.get(pk, ())),
            missed=self.missed.get(pk, {}),
            left=self.left.get(pk, ""),
            outcomes=frozenset(self.outcomes.get(pk, ())),
        )

    def _in_use(self, **more: Any) -> Q:
        return Q(record__participant__site__in=self.sites, record__removed=False, **more)

    def _failed(self) -> dict[int, tuple[str, ...]]:
        judged = Eligibility.objects.filter(self._in_use()).select_related("record")
        return {
            row.record.participant_id: tuple(each.code for each in verdict(row.answers()).failed)
            for row in judged
        }

    def _injections(self) -> dict[int, tuple[str | None, str | None, date | None]]:
        rows = Injection.objects.filter(self._in_use())
        columns = rows.values_list("record__participant_id", "injperf", "injreasnd", "injdat")
        return {pk: (performed, reason, day) for pk, performed, reason, day in columns}

    def _sides(self) -> dict[int, int]:
        rows = InjectionSide.objects.filter(self._in_use(removed=False, sidedone="Y"))
        return _counted(rows.values_list("record__participant_id", flat=True))

    def _visits(self) -> tuple[dict[int, list[str]], dict[int, dict[str, str]]]:
        attended: dict[int, list[str]] = defaultdict(list)
        missed: dict[int, dict[str, str]] = defaultdict(dict)
        visits = Visit.objects.filter(participant__site__in=self.sites)
        for pk, code, occurred, reason in visits.values_list(
            "participant_id", "code", "occurred", "reason_not_done"
        ):
            if occurred == "Y":
                attended[pk].append(code)
            else:
                missed[pk][code] = reason
        return attended, missed

    def _left(self) -> dict[int, str]:
        rows = Withdrawal.objects.filter(self._in_use(wddecod__isnull=False))
        return {pk: code or "" for pk, code in rows.values_list("record__participant_id", "wddecod")}

    def _outcomes(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for analysis in STUDY.analyses:
            for pk in self._with_value(analysis):
                found[pk].append(analysis.outcome)
        return found

    def _with_value(self, analysis: Analysis) -> set[int]:
        """Who has a value at a visit of the analysis: one is enough to count in a mixed model."""
        form = registry.form(analysis.form)
        assert form is not None
        rows = form._default_manager.filter(
            self._in_use(record__visit__code__in=analysis.visits, **{f"{analysis.item}__isnull": False})
        )
        return set(rows.values_list("record__participant_id", flat=True))


def _counted(keys: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for key in keys:
        counts[key] += 1
    return counts
