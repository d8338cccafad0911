"""The API explained on one page, made from its own schema: no script, no CDN."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from trial.refusals import CATALOGUE

METHODS = ("get", "post", "put", "delete")


@require_safe
@login_required
def documentation(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, and the catalogue of problems."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return render(
        request,
        "api/documentation.html",
        {"info": schema["info"], "operations": list(_operations(schema)), "problems": CATALOGUE},
    )


def _operations(schema: dict[str, Any]) -> Any:
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield _operation(path, method, methods[method])


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": path,
        "method": method.upper(),
        "description": operation.get("description", ""),
        # What every operation takes is said above them all.
        "parameters": [each for each in operation["parameters"] if "name" in each],
        "body": "requestBody" in operation,
        "statuses": sorted(status for status in operation["responses"] if status < "4"),
    }
