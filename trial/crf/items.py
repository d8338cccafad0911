"""Items: model fields that know their question.

An item carries everything a screen, an edit check, the API, the codebook and an export need:
label, unit, limits, codes, CDISC name. It brings a companion column `<item>_missing` for the
code that says why a value is missing, and the CHECKs that hold its hard limits in the database.
In migrations an item is a plain Django field, so old migrations stay readable.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext

from trial import typed_text
from trial.crf.codelists import MISSING, YES_NO, YES_NO_NA, Codelist
from trial.crf.privacy import Sensitivity
from trial.protocol.criteria import Criterion
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate

# A sign, digits, and decimals behind a point or a comma; an exponent is how JSON may write a number.
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
THOUSANDS = re.compile(r".*,\d{3}")

Bound = int | Decimal
T = TypeVar("T")


class AnswerError(ValueError):
    """An answer that cannot be stored; the message is the sentence for the person."""


@dataclass(frozen=True)
class Limits:
    """An inclusive range; None leaves a side open."""

    low: Bound | None = None
    high: Bound | None = None

    def admits(self, value: Any) -> bool:
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)

    def words(self, unit: str = "") -> str:
        if self.low is None:
            said = gettext("at most {high}")
        elif self.high is None:
            said = gettext("at least {low}")
        else:
            said = gettext("between {low} and {high}")
        return with_unit(said.format(low=self.low, high=self.high), unit)


def with_unit(text: str, unit: str) -> str:
    """A value with its unit behind it, if it has one."""
    return f"{text} {gettext(unit)}" if unit else text


@dataclass(frozen=True)
class When:
    """An item is asked only when another item of the same row holds one of these codes."""

    item: str
    codes: tuple[str, ...]

    def holds(self, answers: dict[str, Any]) -> bool:
        return answers.get(self.item) in self.codes

    def condition(self) -> models.Q:
        return models.Q(**{f"{self.item}__isnull": False, f"{self.item}__in": self.codes})


class Item(models.Field):
    """What every item has. `plain` names the Django field of the migrations.

    `privacy` is what the item could tell about whom. A type of which it is always the same brings it as
    `sensitivity`; with any other the item must say it, and one that does not is left out of what is
    de-identified. `unblinds` is whether the item tells the arms apart.
    """

    plain = ""
    numeric = False
    sensitivity: Sensitivity | None = None

    def __init__(
        self,
        label: str,
        *,
        unit: str = "",
        hint: str = "",
        required: bool = False,
        derived: bool = False,
        hard: tuple[Bound | None, Bound | None] | None = None,
        soft: tuple[Bound | None, Bound | None] | None = None,
        codelist: Codelist | None = None,
        when: When | None = None,
        cdisc: str = "",
        section: str = "",
        system: bool = False,
        privacy: Sensitivity | None = None,
        unblinds: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(verbose_name=label, null=True, blank=True, editable=not derived, **options)
        self.label = label
        self.unit = unit
        self.hint = hint
        self.required = required
        self.derived = derived
        self.hard = Limits(*hard) if hard else None
        self.soft = Limits(*soft) if soft else None
        self.codelist = codelist
        self.when = when
        self.cdisc = cdisc
        # The heading that begins with this item.
        self.section = section
        # Filled in by the system when it proposes the record; a person reads it and does not type it.
        self.system = system
        self.privacy = privacy or self.sensitivity
        self.unblinds = unblinds

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        if not self.derived:
            cls.add_to_class(self.missing_name, MissingCode())

    def deconstruct(self) -> Any:
        name, _, _, options = super().deconstruct()
        kept = ("null", "max_length", "max_digits", "decimal_places")
        return name, self.plain, [], {key: options[key] for key in kept if key in options}

    def clone(self) -> Any:
        _, path, arguments, options = self.deconstruct()
        return import_string(path)(*arguments, **options)

    @property
    def missing_name(self) -> str:
        return f"{self.name}_missing"

    def asked(self, answers: dict[str, Any]) -> bool:
        """Whether the other answers of the row make this item apply."""
        return self.when is None or self.when.holds(answers)

    def parse(self, raw: Any) -> Any:
        """The typed value of what came from a form or from JSON, None when empty.

        Raises AnswerError with a sentence when it cannot be stored.
        """
        text = raw.strip() if isinstance(raw, str) else raw
        if text is None or text == "":
            return None
        value = self.read(text)
        self.check_possible(value)
        return value

    def read(self, raw: Any) -> Any:
        """Convert what is not empty to the type of the item, or raise AnswerError."""
        raise NotImplementedError

    def check_possible(self, value: Any) -> None:
        """Raise AnswerError when the value breaks a hard limit or is no code of the list."""
        if self.hard and not self.hard.admits(value):
            problem = gettext("Enter a value {limits}; {value} is not possible.")
            raise AnswerError(problem.format(limits=self.hard.words(self.unit), value=value))
        if self.codelist and value not in self.codelist.codes:
            problem = gettext("“{value}” is not an answer here. Choose one of: {codes}.")
            raise AnswerError(problem.format(value=value, codes=self.choices_in_words()))

    def choices_in_words(self) -> str:
        return ", ".join(self.codelist.codes) if self.codelist else ""

    def show(self, value: Any) -> str:
        """The value as a person reads it: label of a code, number with its unit."""
        if value is None:
            return ""
        text = gettext(self.codelist.label(value)) if self.codelist else str(value)
        return with_unit(text, self.unit)

    def constraints(self, owner: str) -> Iterator[models.CheckConstraint]:
        """The CHECKs of this item on the table of the form or group `owner`."""
        stem, column = f"{owner}_{self.name}", self.name
        if self.hard:
            yield _check(f"{stem}_range", self._within(self.hard))
        if self.codelist:
            yield _check(f"{stem}_code", self._known(self.codelist))
        if not self.derived:
            either = models.Q(**{f"{column}__isnull": True}) | models.Q(
                **{f"{self.missing_name}__isnull": True}
            )
            yield _check(f"{stem}_missing", either)
            yield _check(f"{stem}_missing_code", models.Q(**{f"{self.missing_name}__in": MISSING.codes}))
        if self.when:
            yield _check(f"{stem}_when", models.Q(**{f"{column}__isnull": True}) | self.when.condition())

    def _known(self, codelist: Codelist) -> models.Q:
        return models.Q(**{f"{self.name}__in": codelist.codes})

    def _within(self, limits: Limits) -> models.Q:
        condition = models.Q()
        if limits.low is not None:
            condition &= models.Q(**{f"{self.name}__gte": limits.low})
        if limits.high is not None:
            condition &= models.Q(**{f"{self.name}__lte": limits.high})
        return condition


def _check(name: str, condition: models.Q) -> models.CheckConstraint:
    return models.CheckConstraint(condition=condition, name=name)


class MissingCode(models.CharField):
    """The companion of an item: why there is no value."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 3, "null": True, **options})

    def deconstruct(self) -> Any:
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options

    def clone(self) -> Any:
        return models.CharField(max_length=3, null=True)


class Whole(Item, models.SmallIntegerField):
    """A whole number. Decimals are refused, not rounded."""

    plain = "django.db.models.SmallIntegerField"
    numeric = True

    def read(self, raw: Any) -> int:
        number = _number(raw)
        if number != number.to_integral_value():
            raise AnswerError(gettext("Enter a whole number; {raw} has decimals.").format(raw=raw))
        if abs(number) > 32767:
            raise AnswerError(gettext("Enter a smaller number; {raw} is not possible.").format(raw=raw))
        return int(number)


class Score(Whole):
    """A rating on a short scale of whole numbers, shown as buttons."""

    sensitivity = Sensitivity.PLAIN

    def __init__(self, label: str, low: int, high: int, **options: Any) -> None:
        super().__init__(label, hard=(low, high), **options)
        self.steps = range(low, high + 1)


class Measure(Item, models.DecimalField):
    """A decimal number with a fixed precision and a unit."""

    plain = "django.db.models.DecimalField"
    numeric = True

    def __init__(self, label: str, places: int, **options: Any) -> None:
        super().__init__(label, max_digits=8, decimal_places=places, **options)
        self.places = places

    def read(self, raw: Any) -> Decimal:
        number = _number(raw)
        if abs(number) >= 10 ** (8 - self.places):
            raise AnswerError(gettext("Enter a smaller number; {raw} is not possible.").format(raw=raw))
        stored = number.quantize(Decimal(1).scaleb(-self.places))
        if stored != number:
            problem = ngettext(
                "Enter at most {places} decimal; {raw} has more.",
                "Enter at most {places} decimals; {raw} has more.",
                self.places,
            )
            raise AnswerError(problem.format(places=self.places, raw=raw))
        return stored


class Choice(Item, models.CharField):
    """One code of a codelist."""

    plain = "django.db.models.CharField"

    def __init__(self, label: str, codelist: Codelist, **options: Any) -> None:
        super().__init__(label, codelist=codelist, max_length=40, **options)

    def read(self, raw: Any) -> str:
        return _text(raw)


class YesNo(Choice):
    """Yes or no."""

    sensitivity = Sensitivity.PLAIN

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, YES_NO, **options)


ASKED = {"inclusion": N_("Inclusion criterion: met?"), "exclusion": N_("Exclusion criterion: present?")}


class CriterionMet(Choice):
    """The answer to one eligibility criterion; its words stand in the protocol."""

    sensitivity = Sensitivity.PLAIN

    def __init__(self, criterion: Criterion, **options: Any) -> None:
        super().__init__(
            criterion.label,
            YES_NO_NA if criterion.may_be_na else YES_NO,
            hint=ASKED[criterion.kind],
            cdisc=f"IE.{criterion.code}",
            required=True,
            **options,
        )
        self.criterion = criterion


class Text(Item, models.CharField):
    """A short text. Spaces at the ends are dropped; nothing else is altered."""

    plain = "django.db.models.CharField"
    sensitivity = Sensitivity.FREE_TEXT

    def __init__(
        self, label: str, length: int = 200, *, suggestions: Codelist | None = None, **options: Any
    ) -> None:
        super().__init__(label, max_length=length, **options)
        # What is usually typed here; anything else is welcome too.
        self.suggestions = suggestions

    def read(self, raw: Any) -> str:
        text = _text(raw)
        assert self.max_length is not None
        if problem := typed_text.problem(text, self.max_length):
            raise AnswerError(problem)
        return text


class Day(Item, models.DateField):  # type: ignore[misc]
    """A calendar date, complete, at the site. The service refuses one in the future."""

    plain = "django.db.models.DateField"
    sensitivity = Sensitivity.DATE

    def __init__(self, label: str, *, may_be_future: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.may_be_future = may_be_future

    def read(self, raw: Any) -> date:
        return _iso(
            raw, date.fromisoformat, gettext("Enter a date as year-month-day, for example 2026-03-31")
        )


class PartialDay(Item, models.CharField):
    """A calendar date of which only the year, or the year and the month, may be known (ISO 8601)."""

    plain = "django.db.models.CharField"
    sensitivity = Sensitivity.PARTIAL_DATE
    FORM = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, max_length=10, **options)

    def read(self, raw: Any) -> str:
        sentence = gettext("Enter a date as year, year-month or year-month-day, for example 2019-05")
        return str(_iso(raw, PartialDate.parse, sentence))

    def constraints(self, owner: str) -> Iterator[models.CheckConstraint]:
        yield from super().constraints(owner)
        yield _check(f"{owner}_{self.name}_form", models.Q(**{f"{self.name}__regex": self.FORM}))


class Several(Item, ArrayField):
    """Any number of codes of a codelist, kept in the order of the list."""

    plain = "django.contrib.postgres.fields.ArrayField"

    def __init__(self, label: str, codelist: Codelist, **options: Any) -> None:
        super().__init__(label, base_field=models.CharField(max_length=40), codelist=codelist, **options)

    def deconstruct(self) -> Any:
        name, path, arguments, _ = super().deconstruct()
        return name, path, arguments, {"base_field": models.CharField(max_length=40), "null": True}

    def read(self, raw: Any) -> list[str] | None:
        codes = raw.split(";") if isinstance(raw, str) else raw
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise AnswerError(gettext("Send a list of codes."))
        given = [code.strip() for code in codes]
        self._check_codes(given)
        assert self.codelist is not None
        return [code for code in self.codelist.codes if code in given] or None

    def _check_codes(self, given: list[str]) -> None:
        for code in given:
            super().check_possible(code)

    def check_possible(self, value: Any) -> None:
        """Nothing is left to check once the codes are read."""

    def show(self, value: Any) -> str:
        labels = [gettext(self.codelist.label(code)) for code in value or () if self.codelist]
        return gettext(", ").join(labels)

    def _known(self, codelist: Codelist) -> models.Q:
        known = models.Q(**{f"{self.name}__contained_by": list(codelist.codes)})
        return known & models.Q(**{f"{self.name}__len__gte": 1})


class Clock(Item, models.TimeField):
    """A time of day at the site, to the minute."""

    plain = "django.db.models.TimeField"
    sensitivity = Sensitivity.TIME

    def read(self, raw: Any) -> time:
        sentence = gettext("Enter a time as hours:minutes, for example 14:05")
        moment = _iso(raw, time.fromisoformat, sentence)
        if moment != moment.replace(second=0, microsecond=0, tzinfo=None):
            # Nothing is cut off in silence: not seconds, and least of all another time zone.
            raise AnswerError(gettext("{sentence}; “{raw}” says more.").format(sentence=sentence, raw=raw))
        return moment

    def show(self, value: Any) -> str:
        return "" if value is None else value.strftime("%H:%M")


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise AnswerError(gettext("Enter a number."))
    text = str(raw)
    if not NUMBER.fullmatch(text):
        raise AnswerError(gettext("Enter a number; “{text}” is none.").format(text=text))
    if THOUSANDS.fullmatch(text):
        problem = gettext("Enter the number without a comma; “{text}” can be read in two ways.")
        raise AnswerError(problem.format(text=text))
    return Decimal(text.replace(",", "."))


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise AnswerError(gettext("Enter text."))
    return raw


def _iso(raw: Any, convert: Callable[[str], T], sentence: str) -> T:
    try:
        return convert(_text(raw))
    except ValueError:
        problem = gettext("{sentence}; “{raw}” is none.").format(sentence=sentence, raw=raw)
        raise AnswerError(problem) from None
