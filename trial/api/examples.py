"""An example of whatever the OpenAPI document describes: of each body that is sent, and of each answer.

It follows from the shape, and from what members of this name usually hold, so that no example can contradict
what it is an example of.
"""

from collections.abc import Mapping
from typing import Any

Json = Any
REFERENCE = "#/components/schemas/"
DEEPEST = 12

# By the name of a member, where the shape alone would say too little.
OF_MEMBERS: dict[str, Json] = {
    "address": "https://registry.example.org/told",
    "at": "2026-03-31T09:15:02Z",
    "box": "enrolled",
    "code": "01-001",
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "check": "nrs_avg24.manual-1",
    "country": "CH",
    "detail": "There is nothing here that you may see.",
    "email": "ines@example.org",
    "explanation": "It is what the patient said",
    "form": "pain",
    "full_name": "Ines North",
    "item": "nrs_avg24",
    "label": "Baseline",
    "name": "Ines North",
    "next": None,
    "outcome": "pain",
    "participant": "01-001",
    "previous": None,
    "protocol_version": "1.0",
    "reason": "A typing error",
    "repeat": 1,
    "role": "coordinator",
    "sentence": "Is this so?",
    "set_by": "Dana North",
    "site": "01",
    "title": "Pain",
    "text": "Is this so?",
    "time_zone": "Europe/Zurich",
    "username": "coordinator",
    "version": 1,
    "visit": "BL",
}
# Of whole shapes that stand for one of several.
OF_SHAPES: dict[str, Json] = {
    "FormEntry": {
        "items": {"nrs_avg24": 4, "nrs_worst24": 6},
        "missing": {"nrs_least24": "REF"},
        "comments": {"nrs_avg24": "Told by telephone"},
        "reason": "A typing error",
    },
}
OF_FORMATS: dict[str, Json] = {
    "date": "2026-03-31",
    "date-time": "2026-03-31T09:15:02Z",
    "time": "09:15",
    "uri": "https://fascicle.example.org/api/v1/",
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "email": "ines@example.org",
}


def example(shape: Mapping[str, Any], shapes: Mapping[str, Any], name: str = "", depth: int = 0) -> Json:
    """An example of a shape; `shapes` are those that it may refer to, `name` is the member that it is of."""
    if (reference := shape.get("$ref", "")).startswith(REFERENCE):
        title = reference.removeprefix(REFERENCE)
        return OF_SHAPES.get(title) or example(shapes[title], shapes, name, depth + 1)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in shape:
            return example(shape[several][0], shapes, name, depth)
    return _plain(shape, shapes, name, depth)


def _plain(shape: Mapping[str, Any], shapes: Mapping[str, Any], name: str, depth: int) -> Json:
    kinds = shape.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "enum" in shape:
        return next(value for value in shape["enum"] if value != "")
    if name in OF_MEMBERS and _fits(OF_MEMBERS[name], kinds):
        return OF_MEMBERS[name]
    match kinds[0]:
        case "object":
            return _object(shape, shapes, depth)
        case "array":
            return [example(shape["items"], shapes, "", depth + 1)] if depth < DEEPEST else []
        case "integer" | "number":
            return shape.get("minimum", shape.get("default", 1))
        case "boolean":
            return shape.get("default", True)
        case "null":
            return None
    return OF_FORMATS.get(shape.get("format", ""), "Text"[: shape.get("maxLength", 4)])


def _object(shape: Mapping[str, Any], shapes: Mapping[str, Any], depth: int) -> Json:
    members = {
        name: example(each, shapes, name, depth + 1)
        for name, each in shape.get("properties", {}).items()
        if not each.get("writeOnly") or depth < DEEPEST
    }
    more = shape.get("additionalProperties")
    if not members and isinstance(more, Mapping) and more:
        members = {"nrs_avg24": example(more, shapes, "", depth + 1)}
    return members


def _fits(value: Json, kinds: list[str]) -> bool:
    kind = {str: "string", int: "integer", type(None): "null"}[type(value)]
    return kind in kinds
