"""The API's description of each form, made from its declaration."""

from typing import Any

from rest_framework import serializers

from trial.crf import items, registry
from trial.crf.answers import Answers, Row
from trial.crf.codelists import MISSING


def entry(form: type[Answers]) -> type[serializers.Serializer[Any]]:
    """The body of a PUT for a form: items, missing codes, groups, explanations, reason."""
    fields: dict[str, Any] = {
        **_row(form, _title(form)),
        "explanations": serializers.DictField(
            child=serializers.CharField(), required=False, help_text="Explanations by check, `<item>.<check>`"
        ),
        "comments": serializers.DictField(
            child=serializers.CharField(allow_blank=True),
            required=False,
            help_text="Comments by path; one that is not named stays, an empty one is taken back",
        ),
        "reason": serializers.CharField(required=False, help_text="Needed to change a complete record"),
    }
    groups = {
        group.code: serializers.DictField(
            child=_serializer(f"{_title(form)}{_title(group)}", _row(group, _title(form) + _title(group)))(),
            required=False,
            help_text=f"{group.title}: rows by key"
            + (f" ({', '.join(group.keys.codes)})" if group.keys else " (1, 2, …)"),
        )
        for group in form.groups
    }
    if groups:
        fields["groups"] = _serializer(f"{_title(form)}Groups", groups)(required=False)
    return _serializer(f"{_title(form)}Entry", fields)


def entries() -> list[type[serializers.Serializer[Any]]]:
    """The bodies of all forms, in casebook order."""
    return [entry(form) for form in registry.FORMS]


def _row(row: type[Row], name: str) -> dict[str, Any]:
    entered = [item for item in row.items() if not item.derived]
    values = {str(item.name): _field(item) for item in entered}
    codes = {
        str(item.name): serializers.ChoiceField(choices=MISSING.terms, required=False) for item in entered
    }
    return {
        "items": _serializer(f"{name}Items", values)(required=False),
        "missing": _serializer(f"{name}Missing", codes)(required=False),
    }


def _field(item: items.Item) -> serializers.Field[Any, Any, Any, Any]:
    options: dict[str, Any] = {"required": False, "allow_null": True, "help_text": _words(item)}
    if isinstance(item, items.Several):
        assert item.codelist is not None
        return serializers.ListField(child=serializers.ChoiceField(choices=item.codelist.terms), **options)
    if item.codelist:
        return serializers.ChoiceField(choices=item.codelist.terms, **options)
    limits: dict[str, Any] = _limits(item)
    match item:
        case items.Whole():
            return serializers.IntegerField(**limits, **options)
        case items.Measure():
            return serializers.DecimalField(
                max_digits=8, decimal_places=item.places, coerce_to_string=False, **limits, **options
            )
        case items.Day():
            return serializers.DateField(**options)
        case items.Clock():
            return serializers.TimeField(**options)
    return serializers.CharField(max_length=item.max_length, **options)


def _limits(item: items.Item) -> dict[str, Any]:
    return {"min_value": item.hard.low, "max_value": item.hard.high} if item.hard else {}


def _words(item: items.Item) -> str:
    parts = [item.label, f"in {item.unit}" if item.unit else "", item.hint]
    parts.append(f"usually {item.soft.words(item.unit)}" if item.soft else "")
    parts.append("required" if item.required else "")
    return "; ".join(part for part in parts if part)


def _title(row: type[Row]) -> str:
    return "".join(part.capitalize() for part in row.code.split("_"))


def _serializer(name: str, fields: dict[str, Any]) -> type[serializers.Serializer[Any]]:
    return type(name + "Serializer", (serializers.Serializer,), fields)
