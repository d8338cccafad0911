"""The token of a calendar is in no log."""

import logging
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.conf import settings
from gunicorn.config import Config

from config.embedded.folder import DataFolder
from config.log import AccessLog, WithoutTokens
from config.supervisor.plan import PROJECT, Plan

SECRET = "a-secret-token"


@pytest.mark.parametrize(
    "asked", [f"/calendar/{SECRET}.ics", f"/%63alendar/{SECRET}%2eics?x", "/due/calendar/"]
)
def test_the_log_of_requests_holds_no_token(asked: str) -> None:
    told = Config()
    read = asked.partition("?")[0].replace("%63", "c").replace("%2e", ".")
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": asked, "PATH_INFO": read, "SERVER_PROTOCOL": "HTTP/1.1"}
    answer, request = SimpleNamespace(status="200 OK", headers=[]), SimpleNamespace(headers=[])
    atoms = AccessLog(told).atoms(answer, request, environ, timedelta(seconds=1))
    line = told.access_log_format % {**dict.fromkeys("laf", "-"), **atoms}
    assert SECRET not in line
    assert ("/calendar/*" if SECRET in asked else asked) in line


def test_what_the_application_logs_holds_no_token() -> None:
    said = ("POST", f"/calendar/{SECRET}.ics")
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Method Not Allowed (%s): %s", said, None
    )
    assert WithoutTokens().filter(record)
    assert record.getMessage() == "Method Not Allowed (POST): /calendar/*"
    told: Any = settings.LOGGING
    filters = told["handlers"]["console"]["filters"]
    assert [told["filters"][name]["()"] for name in filters] == ["config.log.WithoutTokens"]


def test_every_web_server_logs_so(tmp_path: Path) -> None:
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    assert "--logger-class=config.log.AccessLog" in compose["services"]["web"]["command"]
    assert "config.log.AccessLog" in Plan(DataFolder(tmp_path), 1, {}).web.command
