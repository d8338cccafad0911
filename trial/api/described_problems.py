"""What every operation of the document has and no view says: refusals, limits, ETags, fields, examples."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from trial.api import changed_since
from trial.api.described import FIELDS
from trial.api.endpoint import PARTIAL
from trial.api.examples import example
from trial.api.problems import MEDIA_TYPE
from trial.api.schema import WITHOUT_KEY
from trial.refusals import CATALOGUE

JSON = "application/json"
REFERENCE = "#/components/schemas/"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457): what is wrong, and what to do. The catalogue stands in the docs.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Where this kind of refusal is explained",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do, in your language"},
        "code": {"type": "string", "description": "The name of the kind, which stays what it is"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "With code `answers`: a sentence for each item that cannot be stored, by path",
        },
        "current": {"description": "With a version that moved: what stands now"},
        "sent": {"description": "With a version that moved: what was sent"},
    },
}
# What the removal of something says.
REASON = {
    "required": True,
    "content": {JSON: {"schema": {"$ref": f"{REFERENCE}Removal"}}},
}
# Who asks, how often, with what parameters; and a fault of ours.
ALWAYS = frozenset({400, 401, 403, 406, 429, 500})
OF_ACTING = frozenset({409, 422})
OF_VERSIONS = frozenset({412, 428})
OF_BODIES = frozenset({413, 415})
OF_READING = frozenset({412})
OF_PLACES = frozenset({404})
# A cursor of the feed of changes may be of a state that is gone.
OF_CURSORS = frozenset({410})
LIMITS = {
    "RateLimit-Limit": "How many calls a person may make in a while",
    "RateLimit-Remaining": "How many of them are left",
    "RateLimit-Reset": "In how many seconds all are there again",
}
# What every operation takes that reads, and every other one.
HEADERS = {
    "IfStands": ("If-Match", "Answered with 412 unless what stands has this ETag"),
    "IfChanged": ("If-None-Match", "Answered with 304 when what stands has this ETag"),
    "OnlyOnce": ("Idempotency-Key", "The call acts once, however often it comes with this key in a day"),
}
TAKEN_BY_READING, TAKEN_BY_ACTING = ("IfStands", "IfChanged"), ("OnlyOnce",)


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular, run over the finished document."""
    parts = result["components"]
    parts["schemas"]["Problem"] = PROBLEM
    parts["headers"] = dict(_headers())
    parts["parameters"] = {
        name: {"name": header, "in": "header", "description": said, "schema": {"type": "string"}}
        for name, (header, said) in HEADERS.items()
    }
    parts["responses"] = {f"Refused{status}": _refusal(status) for status in _statuses()}
    parts["responses"]["Unchanged"] = {
        "description": "What the client has is what stands; without a body.",
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
    }
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation, parts["schemas"])
    return result


def _complete(path: str, method: str, operation: dict[str, Any], shapes: dict[str, Any]) -> None:
    if operation.pop("x-with-reason", False):
        operation["requestBody"] = REASON
    parameters = operation.setdefault("parameters", [])
    refused = _refused(path, method, operation)
    taken = TAKEN_BY_READING if method == "get" else TAKEN_BY_ACTING
    if not operation.pop(WITHOUT_KEY, False):
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in taken]
    if method == "get":
        _readable(operation, shapes)
    for media in _json(operation.get("requestBody", {})):
        _close(media["schema"], shapes)
    for media in _media(operation, shapes):
        if "example" not in media and "examples" not in media:
            media["example"] = example(media["schema"], shapes)
    for status in sorted(refused):
        response = {"$ref": f"#/components/responses/Refused{status}"}
        operation["responses"].setdefault(str(status), response)


def _refused(path: str, method: str, operation: dict[str, Any]) -> frozenset[int]:
    """The statuses with which an operation may refuse, by what it takes and does."""
    named = {each["name"] for each in operation["parameters"]}
    found = ALWAYS | frozenset(operation.pop("x-refuses", ()))
    found |= OF_READING if method == "get" else OF_ACTING
    found |= OF_BODIES if "requestBody" in operation else frozenset()
    found |= OF_PLACES if "{" in path else frozenset()
    found |= OF_CURSORS if changed_since.NAME in named else frozenset()
    return found | (OF_VERSIONS if method != "get" and "If-Match" in named else frozenset())


def _readable(operation: dict[str, Any], shapes: dict[str, Any]) -> None:
    """What can be read can be asked for by its ETag, and in part."""
    operation["responses"].setdefault("304", {"$ref": "#/components/responses/Unchanged"})
    content = operation["responses"]["200"].get("content", {})
    if members := _members(content.get(JSON, {}).get("schema", {}), shapes):
        operation["parameters"].append(_fields(members))
        content[PARTIAL] = {"schema": {"type": "object"}, "example": {}}


def _close(shape: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Say of a body that it has no other members: each is refused by its name. It may be of several shapes at
    once, as forms share members."""
    shape = shapes.get(shape.get("$ref", "").removeprefix(REFERENCE), shape)
    if "oneOf" in shape:
        shape["anyOf"] = shape.pop("oneOf")
        shape.pop("discriminator", None)
    parts = [*shape.get("anyOf", []), *shape.get("allOf", []), *shape.get("properties", {}).values()]
    parts += [shape[name] for name in ("items", "additionalProperties") if isinstance(shape.get(name), dict)]
    if "properties" in shape and shape.setdefault("additionalProperties", False) is not False:
        return
    for part in parts:
        _close(part, shapes)


def _members(shape: dict[str, Any], shapes: dict[str, Any]) -> list[str]:
    """The members of an object, or of a row of a page."""
    told = shapes.get(shape.get("$ref", "").removeprefix(REFERENCE), {}).get("properties", {})
    if {"results", "next", "previous"} <= set(told):
        return _members(told["results"]["items"], shapes)
    return list(told)


def _fields(members: list[str]) -> dict[str, Any]:
    return {
        "name": FIELDS,
        "in": "query",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": members},
            "minItems": 1,
        },
        "description": f"Only these members, of each row of a list; the answer is then {PARTIAL}",
    }


def _media(operation: dict[str, Any], shapes: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is sent and what is answered, in JSON; each answer with its headers."""
    yield from _json(operation.get("requestBody", {}))
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            response.setdefault("headers", {}).update(
                {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", *LIMITS)}
            )
            yield from _json(response)


def _json(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each for name, each in part.get("content", {}).items() if name.endswith("json"))


def _headers() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, said in LIMITS.items():
        yield name, {"description": said, "schema": {"type": "integer"}}
    yield "Retry-After", {"description": "In how many seconds to ask again", "schema": {"type": "integer"}}
    yield (
        "ETag",
        {
            "description": "Of what was read; of a record or visit it begins with the version",
            "schema": {"type": "string"},
        },
    )


@cache
def _statuses() -> tuple[int, ...]:
    return tuple(sorted({kind.status for kind in CATALOGUE.values()}))


def _refusal(status: int) -> dict[str, Any]:
    of_it = {code: kind for code, kind in CATALOGUE.items() if kind.status == status}
    code, kind = next(iter(of_it.items()))
    codes = ", ".join(f"`{each}`" for each in of_it)
    shown = {
        "type": f"/api/v1/docs/#problem-{kind.number}",
        "title": kind.title,
        "status": status,
        "detail": kind.sentence,
        "code": code,
    }
    wait = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}} if status == 429 else {}
    limits = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMITS}
    return {
        "description": f"{HTTPStatus(status).phrase}: refused, and nothing was written. By `code`: {codes}.",
        "headers": {**wait, **limits},
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"{REFERENCE}Problem"}, "example": shown}},
    }
