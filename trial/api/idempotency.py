"""Calls that may be repeated: an unsafe call with an `Idempotency-Key` acts once, and is answered again.

The whole call runs in one transaction with the keeping of its answer. Every view of the API has it without
saying so; one whose answer must not be kept says `shows_a_secret = True`.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from trial.models import ApiToken, User
from trial.refusals import Refusal
from trial.services import idempotency_keys
from trial.services.idempotency_keys import Answer, Call

KEY = "Idempotency-Key"
# On an answer that was given before.
REPLAYED = "Idempotency-Replayed"
# The headers of an answer that are kept with it; the others are those of the call.
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
SOON = "1"
LARGEST = settings.FILE_UPLOAD_MAX_MEMORY_SIZE

View = Callable[..., Any]


class IdempotencyMiddleware:
    """Stands around the views of the API; the last of the middlewares, so that what they refuse stays so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        key, of_api = request.headers.get(KEY), getattr(view, "cls", None)
        if key is None or request.method in SAFE_METHODS or of_api is None:
            return None
        return _Once(request, view, args, kwargs).answer(key)


class _Once:
    """One call with a key, and the view that it is for."""

    def __init__(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.request, self.view, self.args, self.kwargs = request, view, args, kwargs
        # A view of the same class, to ask who calls and to say no: the answer is that of `view`.
        self.asking: APIView = view.cls(**view.initkwargs)  # type: ignore[attr-defined]
        self.asking.args, self.asking.kwargs = args, kwargs
        self.asking.headers = self.asking.default_response_headers
        self.asked: Request = self.asking.initialize_request(request, *args, **kwargs)
        self.asking.request = self.asked

    def answer(self, key: str) -> HttpResponseBase:
        try:
            self._read_body()
            user = self.asked.user
            # To nobody the view itself says what is missing.
            return self._once(user, idempotency_keys.check(key)) if isinstance(user, User) else self._acted()
        except (APIException, Refusal) as error:
            return self._refused(error)

    def _read_body(self) -> None:
        """Read the body once for both views: the digest needs all of it."""
        if int(self.request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            raise Refusal("key_body", most=LARGEST // 1024**2)
        self.request._body = self.request.read()

    def _once(self, user: User, key: str) -> HttpResponseBase:
        if getattr(self.asking, "shows_a_secret", False):
            raise Refusal("key_not_here")
        call = Call(user, _caller(self.asked), key, self._digest())
        with transaction.atomic():
            kept = idempotency_keys.begin(call)
            if kept is not None:
                return self._again(kept)
            response = self._acted()
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif response.status_code < 400:
                idempotency_keys.keep(call, _answer(response))
        return response

    def _again(self, kept: Answer) -> HttpResponseBase:
        """The answer that was given before, to who may still ask."""
        self.asking.initial(self.asked, *self.args, **self.kwargs)
        return HttpResponse(kept.body, status=kept.status, headers={**kept.headers, REPLAYED: "true"})

    def _acted(self) -> HttpResponse:
        response: Any = self.view(self.request, *self.args, **self.kwargs)
        return response.render() if hasattr(response, "render") else response  # type: ignore[no-any-return]

    def _refused(self, error: Exception) -> HttpResponseBase:
        response = self.asking.handle_exception(error)
        if isinstance(error, Refusal) and error.code == "key_running":
            response["Retry-After"] = SOON
        return self.asking.finalize_response(self.asked, response, *self.args, **self.kwargs)

    def _digest(self) -> str:
        """SHA-256 of the method, the address and the body; of a form with files its parts, for the boundary
        between them is another each time."""
        asked = f"{self.request.method} {self.request.get_full_path()}\n".encode()
        if (self.request.content_type or "").startswith("multipart/"):
            body = "\n".join(sorted(_parts(self.asked))).encode()
        else:
            body = self.request.body
        return sha256(asked + body).hexdigest()


def _parts(asked: Request) -> list[str]:
    """Each part by its name and the hash of what it says."""
    parts: Any = asked.data
    named = [(name, value) for name, values in parts.lists() for value in values]
    return [f"{name} {sha256(_content(value)).hexdigest()}" for name, value in named]


def _content(value: Any) -> bytes:
    return value.read() if hasattr(value, "read") else str(value).encode()


def _caller(asked: Request) -> str:
    return str(asked.auth.token_key) if isinstance(asked.auth, ApiToken) else ""


def _answer(response: HttpResponse) -> Answer:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    return Answer(response.status_code, headers, response.content.decode())
