"""What the generated OpenAPI document lacks: every refusal is a problem, and a removal has a body."""

from typing import Any

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457): what is wrong, and what to do. The catalogue stands in the docs.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "With code `answers`: a sentence for each item that cannot be stored, by path",
        },
        "current": {"description": "With a version that moved: what stands now", "nullable": True},
    },
}
REFUSAL = {
    "description": "Refused; nothing was written.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
REASON = {
    "required": True,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Removal"}}},
}


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular, run over the finished document."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for methods in result["paths"].values():
        for method, operation in methods.items():
            operation["responses"]["4XX"] = REFUSAL
            if method == "delete":
                operation["requestBody"] = REASON
    return result
