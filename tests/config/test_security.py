"""The security baseline: what every answer says, which cookies are set, what no log and no address holds.

`docs/validation/asvs.md` points here.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from config.embedded.folder import DataFolder
from forms_app.services import queries
from tests import answers, journey
from tests.cast import PASSWORD, Cast
from tests.client import change, client, problem
from tests.config.test_settings import PROJECT, settings_with
from trial.api.throttling import PersonThrottle
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Event

HOST = "fascicle.example.org"
# A process with the settings of production, but for the style sheets: it takes them as they lie.
AS_IN_PRODUCTION = """
import json, sys
import django
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from django.test import Client

def told(answer):
    cookies = {name: dict(morsel) for name, morsel in answer.cookies.items()}
    return {"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies,
            "body": answer.content.decode(errors="replace")}

asked = []
for method, path, body, how in json.loads(sys.argv[1]):
    client = Client(raise_request_exception=False, SERVER_NAME=how.pop("host", "fascicle.example.org"))
    asked.append(told(getattr(client, method)(path, body, secure=how.pop("secure", True), **how)))
print(json.dumps(asked))
"""
Asked = dict[str, Any]


@pytest.fixture
def in_production(
    test_database_environment: dict[str, str], transactional_db: None, cast: Cast
) -> Callable[..., list[Asked]]:
    """Asks a process with production's settings; the auditor's password is hashed as there."""
    with attributed(by=COMMAND_LINE):
        cast.auditor.password = Argon2PasswordHasher().encode(PASSWORD, "0123456789abcdef")
        cast.auditor.save(update_fields=["password"])
    environment = {
        **{name: value for name, value in test_database_environment.items() if name != "FASCICLE_DEBUG"},
        "FASCICLE_SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz",
        "FASCICLE_ALLOWED_HOSTS": HOST,
        "FASCICLE_TRUSTED_ORIGINS": f"https://{HOST}",
    }

    def ask(*requests: tuple[str, str, dict[str, str], dict[str, Any]]) -> list[Asked]:
        answer = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", AS_IN_PRODUCTION, json.dumps(requests)],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr[-3000:]
        told: list[Asked] = json.loads(answer.stdout.splitlines()[-1])
        return told

    return ask


# What every answer says


SAID = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def shown(cast: Cast) -> Iterator[tuple[str, HttpResponseBase]]:
    """An answer of each kind: pages, redirects, refusals, files, the API."""
    participant = journey.with_outcomes(cast)
    browser = Client(raise_request_exception=False)
    yield "sign-in", browser.get(reverse("sign-in"))
    yield "a redirect", browser.get(reverse("home"))
    yield "no token", browser.get(reverse("api-participants"))
    file: Any = browser.get("/static/css/foundation.css")
    assert b"".join(file.streaming_content)
    # Not the answer: with it the test's own connection to the database would end.
    for close in file._resource_closers:
        close()
    yield "a style sheet", file
    yield "health", browser.get(reverse("healthz"))
    browser.force_login(cast.investigator)
    for name, arguments in (
        ("home", {}),
        ("participant", {"code": participant.code}),
        ("record", {"code": participant.code, "visit": "BL", "form": "pain"}),
        ("casebook-pdf", {"code": participant.code}),
        ("flow-svg", {}),
        ("results", {}),
        ("account", {}),
        ("api-participant", {"code": participant.code}),
        ("api-analyses", {}),
        ("api-docs", {}),
    ):
        yield name, browser.get(reverse(name, kwargs=arguments))
    yield "nothing", browser.get("/nowhere/")
    yield "a null character", browser.get("/participants/\0/")


@pytest.mark.django_db
@pytest.mark.requirement("FAS.headers")
def test_every_answer_says_what_a_browser_may_do_with_it(cast: Cast, subtests: pytest.Subtests) -> None:
    for name, answer in shown(cast):
        with subtests.test(answer=name):
            told = {header: answer.headers.get(header) for header in SAID}
            assert told == SAID
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            for directive in ("default-src", "object-src", "base-uri", "frame-ancestors"):
                assert f"{directive} 'none'" in policy
            assert "camera=()" in answer.headers["Permissions-Policy"]
            assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.django_db
@pytest.mark.requirement("FAS.headers")
def test_what_shows_data_is_kept_by_no_cache(cast: Cast, subtests: pytest.Subtests) -> None:
    kept_by_some = {"a style sheet": "max-age"}
    for name, answer in shown(cast):
        with subtests.test(answer=name):
            kept = answer.headers["Cache-Control"]
            assert kept_by_some.get(name, "no-store") in kept
            assert ("public" in kept) == (name == "a style sheet")


MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.django_db
@pytest.mark.requirement("FAS.headers")
def test_markup_that_was_typed_is_shown_as_text(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    drug = answers.medication(journey.day_of(participant, "W1"), cmtrt=MARKUP)
    record = journey.log(cast.investigator, participant, "medication", drug).record
    queries.raise_query(by=cast.monitor, record=record, item="cmtrt", text=MARKUP)
    browser = Client()
    browser.force_login(cast.investigator)
    code, escaped = participant.code, MARKUP.replace("<", "&lt;").replace(">", "&gt;")
    for address in (
        reverse("log", args=[code, "medication", 1]),
        reverse("item", args=[code, record.pk, "cmtrt"]),
        reverse("record-history", args=[code, record.pk]),
        reverse("casebook", args=[code]),
        reverse("queries"),
    ):
        page = browser.get(address).content.decode()
        assert "alert(1)" in page, address
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert escaped in page


# Cookies, hosts, methods


@pytest.mark.servers
@pytest.mark.requirement("FAS.cookies", "P11.300")
def test_production_sets_only_cookies_of_this_host_and_of_tls(in_production: Any) -> None:
    who = {"username": "auditor", "password": PASSWORD}
    language, scheme = {"language": "zh-hans"}, {"scheme": "dark"}
    signed_in, spoken, dark = in_production(
        ("post", "/sign-in/", who, {}),
        ("post", "/language/", language, {}),
        ("post", "/scheme/", scheme, {}),
    )
    assert "__Host-sessionid" in signed_in["cookies"], signed_in["body"][:2000]
    assert "__Host-language" in spoken["cookies"]
    assert "__Host-scheme" in dark["cookies"]
    for name, cookie in {**signed_in["cookies"], **spoken["cookies"], **dark["cookies"]}.items():
        assert name.startswith("__Host-")
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] in ("Lax", "Strict")
        # Scripts of ours send the token that proves that a request comes from a page of ours.
        assert cookie["httponly"] or name == "__Host-csrftoken"


@pytest.mark.servers
@pytest.mark.requirement("FAS.cookies")
def test_production_answers_under_its_own_name_and_by_tls_only(in_production: Any) -> None:
    foreign, plain, own = in_production(
        ("get", "/sign-in/", {}, {"host": "evil.example.net"}),
        ("get", "/sign-in/", {}, {"secure": False}),
        ("get", "/sign-in/", {}, {}),
    )
    assert foreign["status"] == 400
    assert "evil.example.net" not in foreign["body"]
    assert (plain["status"], plain["headers"]["Location"]) == (301, f"https://{HOST}/sign-in/")
    assert own["status"] == 200
    assert own["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.servers
@pytest.mark.requirement("FAS.headers")
def test_an_error_page_of_production_tells_nothing_of_the_inside(in_production: Any) -> None:
    for answer in in_production(("get", "/nowhere/", {}, {}), ("get", "/api/v1/nowhere/", {}, {})):
        assert answer["status"] in (302, 401, 404)
        for inside in ("Traceback", "django", "psycopg", "urlconf", str(PROJECT)):
            assert inside not in answer["body"].lower()
        assert "Server" not in answer["headers"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE"])
def test_a_page_answers_no_method_that_it_does_not_know(cast: Cast, method: str) -> None:
    browser = Client()
    browser.force_login(cast.investigator)
    answer = browser.generic(method, reverse("account"), headers={"Secret": "not to be sent back"})
    assert answer.status_code == 405
    assert b"not to be sent back" not in answer.content


@pytest.mark.django_db
def test_the_api_does_not_answer_trace(cast: Cast) -> None:
    problem(client(cast.monitor).generic("TRACE", "/api/v1/participants/"), 405, "method")


FOREIGN = ["https://evil.example.net/", "//evil.example.net/", "/\\evil.example.net", "javascript:alert(1)"]


@pytest.mark.django_db
@pytest.mark.parametrize("target", FOREIGN)
@pytest.mark.requirement("FAS.headers")
def test_nobody_is_led_to_another_host(cast: Cast, target: str) -> None:
    browser = Client()
    who = {"username": "auditor", "password": PASSWORD, "next": target}
    asked = [
        browser.post(f"{reverse('sign-in')}?next={target}", who),
        browser.post(reverse("language"), {"language": "en-gb", "next": target}),
        browser.post(reverse("scheme"), {"scheme": "dark", "next": target}, headers={"Referer": target}),
    ]
    for answer in asked:
        assert answer.status_code in (204, 302)
        assert "evil" not in answer.headers.get("Location", "")
        assert "javascript" not in answer.headers.get("Location", "")


# Rates


@pytest.mark.django_db
@pytest.mark.requirement("FAS.rates")
def test_who_asks_the_api_too_often_is_told_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PersonThrottle, "rate", "3/hour", raising=False)
    asked = [client(cast.monitor).get("/api/v1/participants/") for _ in range(4)]
    assert [answer.status_code for answer in asked[:3]] == [200, 200, 200]
    problem(asked[3], 429, "throttled")
    assert 0 < int(asked[3]["Retry-After"]) <= 3600
    # A second token is no second budget, and nobody else waits.
    problem(client(cast.monitor).get("/api/v1/participants/"), 429, "throttled")
    assert client(cast.coordinator).get("/api/v1/participants/").status_code == 200


def test_production_has_a_rate() -> None:
    assert settings_with()["REST_FRAMEWORK"]["DEFAULT_THROTTLE_RATES"] == {"person": "600/min"}
    assert settings_with(FASCICLE_API_RATE="5/s")["REST_FRAMEWORK"]["DEFAULT_THROTTLE_RATES"] == {
        "person": "5/s"
    }


# Logs and addresses


NAME = "Zacharias Winterbottom"


def everything_done_with(name: str, cast: Cast, code: str) -> Iterator[HttpResponseBase]:
    """A name typed wherever text is taken: on screens, in the API, accepted and refused."""
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.investigator)
    drug = {"cmtrt": name, "cmongo": "Y", "version": ""}
    yield browser.post(reverse("log-new", args=[code, "medication"]), drug)
    yield browser.post(reverse("log-draft", args=[code, "medication", 0]), drug)
    record = {"nrs_avg24": name, "version": "1", "reason": name}
    address = reverse("record", args=[code, "BL", "pain"])
    yield browser.post(address, record)
    yield browser.post(address, {"nrs_avg24": "4", "version": "1", "reason": f"{name} said so"})
    yield browser.post(
        reverse("record-remove", args=[code, "BL", "motion"]), {"version": "9", "reason": name}
    )
    yield browser.post(reverse("sign-in"), {"username": name, "password": name})
    where = f"{code}/visits/BL/forms/disability/"
    for body in ({"items": {"odi01": name}}, {"items": {name: 1}}, {"items": {"odi01": 2}, "reason": name}):
        yield change(cast.investigator, where, body, 1)
    yield client(cast.investigator).post("/api/v1/participants/", {"site": name})
    yield Client().post(reverse("password-reset"), {"email": "zacharias@winterbottom.example"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.servers
@pytest.mark.requirement("FAS.quiet", "PRIV.30")
def test_a_name_that_was_typed_is_in_no_log_and_no_address(
    cast: Cast, servers: DataFolder, caplog: pytest.LogCaptureFixture
) -> None:
    participant = journey.with_outcomes(cast)
    postgres = servers.logs / "postgres.log"
    before = postgres.stat().st_size
    with caplog.at_level(logging.DEBUG):
        answered = list(everything_done_with(NAME, cast, participant.code))
        with attributed(by=cast.investigator, reason=NAME), pytest.raises(Exception, match="null"):
            type(cast.north).objects.filter(pk=cast.north.pk).update(name=NAME, time_zone=None)
    assert {answer.status_code for answer in answered} >= {200, 201, 302, 400, 422} - {201}
    # It was stored where it belongs, so it was looked for.
    assert Event.objects.filter(reason__contains=NAME).exists()
    # Statements are logged where somebody debugs them, and nowhere else.
    told = [record for record in caplog.records if record.name != "django.db.backends"]
    for part in NAME.split():
        assert not [record.getMessage() for record in told if part.lower() in record.getMessage().lower()]
        assert part.encode() not in postgres.read_bytes()[before:]
        for answer in answered:
            assert part.lower() not in answer.headers.get("Location", "").lower()
            request: Any = answer
            assert part.lower() not in request.wsgi_request.get_full_path().lower()


def test_statements_are_not_logged_in_production() -> None:
    production = settings_with()
    assert production["LOGGING"]["root"]["level"] == "INFO"
    assert "django.db.backends" not in production["LOGGING"]["loggers"]


# What `make check` asks about packages


ANSWERS = {
    "clean": ({"dependencies": [{"name": "a", "version": "1", "vulns": []}]}, 0, "none with a known"),
    "vulnerable": (
        {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]},
        1,
        "a 1: CVE-1, mended in 2",
    ),
    "unknown": ({"dependencies": [{"name": "a", "skip_reason": "x"}]}, 77, "NOT CHECKED"),
    "no answer": (None, 77, "NOT CHECKED"),
    "nothing": ({"dependencies": []}, 77, "NOT CHECKED"),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.requirement("FAS.packages")
def test_packages_are_never_called_clean_without_an_answer(tmp_path: Path, answer: str) -> None:
    told, code, words = ANSWERS[answer]
    tool = tmp_path / "pip-audit"
    tool.write_text("#!/bin/sh\ncat <<'END'\n" + ("" if told is None else json.dumps(told)) + "\nEND\n")
    tool.chmod(0o755)
    python = tmp_path / "python"
    python.symlink_to(sys.executable)
    script = f"import sys; sys.executable = {str(python)!r}; sys.argv = ['audit']; "
    run = "import runpy; runpy.run_path('deploy/audit.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", script + run], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert words in done.stdout
