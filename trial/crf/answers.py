"""The bases of every form, and the decorators that declare one.

A form reads like the paper one. `@form` completes the class: it gives it its code and title, and
collects the CHECKs of its items and rules into the model's constraints.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import models
from django.db.models.functions import Least, Left, Length
from django.db.models.lookups import GreaterThanOrEqual

from trial.crf.codelists import Codelist
from trial.crf.items import Item, When
from trial.protocol.partial_date import surely_before

SIDE_BY_SIDE = 2


class Rule(Protocol):
    """A hard rule of one row. `item` is where it is said, `sentence` what is said."""

    @property
    def item(self) -> str: ...

    @property
    def sentence(self) -> str: ...

    def broken(self, answers: dict[str, Any]) -> bool: ...

    def constraint(self, owner: str) -> models.CheckConstraint: ...


@dataclass(frozen=True)
class AtMost:
    """The answer to `lower` may not exceed the answer to `upper`."""

    lower: str
    upper: str
    sentence: str

    @property
    def item(self) -> str:
        return self.lower

    def broken(self, answers: dict[str, Any]) -> bool:
        low, high = answers.get(self.lower), answers.get(self.upper)
        return low is not None and high is not None and low > high

    def constraint(self, owner: str) -> models.CheckConstraint:
        condition = models.Q(**{f"{self.lower}__lte": models.F(self.upper)})
        return models.CheckConstraint(condition=condition, name=f"{owner}_{self.lower}_order")


@dataclass(frozen=True)
class NotBefore:
    """The partial date `later` may not surely lie before the partial date `earlier`."""

    later: str
    earlier: str
    sentence: str

    @property
    def item(self) -> str:
        return self.later

    def broken(self, answers: dict[str, Any]) -> bool:
        later, earlier = answers.get(self.later), answers.get(self.earlier)
        return bool(later and earlier and surely_before(later, earlier))

    def constraint(self, owner: str) -> models.CheckConstraint:
        # Dates in ISO 8601 sort as texts; what only one of them says decides nothing.
        known = Least(Length(self.later), Length(self.earlier))
        condition = GreaterThanOrEqual(Left(self.later, known), Left(self.earlier, known))
        return models.CheckConstraint(condition=condition, name=f"{owner}_{self.later}_order")


@dataclass(frozen=True)
class OneOf:
    """Who answers yes to `asker` may not answer no to every one of `items`."""

    asker: str
    items: tuple[str, ...]
    sentence: str

    @property
    def item(self) -> str:
        return self.asker

    def broken(self, answers: dict[str, Any]) -> bool:
        return answers.get(self.asker) == "Y" and all(answers.get(name) == "N" for name in self.items)

    def constraint(self, owner: str) -> models.CheckConstraint:
        none = models.Q(**{self.asker: "Y"}, **dict.fromkeys(self.items, "N"))
        return models.CheckConstraint(condition=~none, name=f"{owner}_{self.asker}_one_of")


class Row(models.Model):
    """One row of answers: of a form, or of a repeating group inside it."""

    code: ClassVar[str]
    title: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]] = ()

    class Meta:
        abstract = True

    @classmethod
    def items(cls) -> tuple[Item, ...]:
        """The items in the order of the page."""
        return tuple(field for field in cls._meta.local_fields if isinstance(field, Item))

    @classmethod
    def item(cls, name: str) -> Item | None:
        return next((item for item in cls.items() if item.name == name), None)

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        """The derived items of these answers, by name. Pure."""
        return {}

    def answers(self) -> dict[str, Any]:
        """Every item's value by name."""
        return {item.name: getattr(self, item.name) for item in self.items()}

    def missing(self) -> dict[str, str]:
        """The missing codes that are set, by item name."""
        entered = (item for item in self.items() if not item.derived)
        codes = {item.name: getattr(self, item.missing_name) for item in entered}
        return {name: code for name, code in codes.items() if code}


class Answers(Row):
    """The answers of one record: the typed row of a form."""

    groups: ClassVar[tuple[type["GroupAnswers"], ...]] = ()

    record = models.OneToOneField("trial.Record", models.PROTECT, primary_key=True, related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def sum_up(cls, groups: Mapping[str, Mapping[str, dict[str, Any]]]) -> dict[str, Any]:
        """The derived items of the form that follow from the rows of its groups, by name. Pure.

        `groups` holds the answers of the rows in use, by group code and row key.
        """
        return {}


class GroupAnswers(Row):
    """A row that repeats inside a form.

    `keys` names the fixed rows (left and right); without it rows are numbered "1", "2", ... .
    `when` says for which answers of the form the group is asked. A row is never deleted: it is
    marked removed and may be filled again.
    """

    keys: ClassVar[Codelist | None] = None
    when: ClassVar[When | None] = None

    record = models.ForeignKey("trial.Record", models.PROTECT, related_name="+")
    key = models.CharField(max_length=30)
    removed = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @classmethod
    def is_checklist(cls) -> bool:
        """Whether its fixed rows are too many to stand side by side."""
        return cls.keys is not None and len(cls.keys.codes) > SIDE_BY_SIDE


RowClass = TypeVar("RowClass", bound=type[Row])


def form(code: str, *, title: str) -> Callable[[RowClass], RowClass]:
    """Declare a form: `code` is its address, its place in the schedule and its table."""

    def complete(cls: RowClass) -> RowClass:
        _name(cls, code, title)
        _add(cls, _constraints(cls, code))
        return cls

    return complete


def group(code: str, *, of: str, title: str) -> Callable[[RowClass], RowClass]:
    """Declare a repeating group `code` inside the form `of`."""

    def complete(cls: RowClass) -> RowClass:
        _name(cls, code, title)
        owner = f"{of}_{code}"
        _add(cls, [*_constraints(cls, owner), *_row_constraints(cls, owner)])
        return cls

    return complete


def _name(cls: type[Row], code: str, title: str) -> None:
    cls.code, cls.title = code, title


def _constraints(cls: type[Row], owner: str) -> Iterator[models.BaseConstraint]:
    for item in cls.items():
        yield from item.constraints(owner)
    for rule in cls.rules:
        yield rule.constraint(owner)


def _row_constraints(cls: type[Row], owner: str) -> Iterator[models.BaseConstraint]:
    yield models.UniqueConstraint(fields=["record", "key"], name=f"{owner}_key_once")
    keys: Codelist | None = getattr(cls, "keys", None)
    known = models.Q(key__in=keys.codes) if keys else models.Q(key__regex=r"^[1-9][0-9]?$")
    yield models.CheckConstraint(condition=known, name=f"{owner}_key_code")


def _add(cls: type[Row], constraints: Any) -> None:
    # The migration autodetector reads constraints only when the class declared some itself.
    cls._meta.constraints = [*cls._meta.constraints, *constraints]
    cls._meta.original_attrs["constraints"] = cls._meta.constraints
