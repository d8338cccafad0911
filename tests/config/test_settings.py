"""What the settings promise, seen in processes of their own."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings

PROJECT = Path(__file__).resolve().parent.parent.parent
SHOW = """
import json
from config import settings
print(json.dumps({name: value for name, value in vars(settings).items() if name.isupper()}, default=str))
"""


def settings_with(**environment: str) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        check=True,
    )
    shown: dict[str, Any] = json.loads(answer.stdout)
    return shown


def test_debug_is_off_unless_somebody_says_so() -> None:
    assert settings_with()["DEBUG"] is False
    assert settings_with(FASCICLE_DEBUG="1")["DEBUG"] is True


def test_production_has_no_key_of_its_own() -> None:
    assert settings_with()["SECRET_KEY"] == ""


def test_production_de_identifies_with_no_secret_of_its_own() -> None:
    assert settings_with()["DEIDENTIFICATION_SECRET"] == ""


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Fascicle {project['version']}" == settings.SOFTWARE


def test_production_speaks_tls_only() -> None:
    production = settings_with()
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert production[name] is True
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_a_forwarded_header_counts_only_behind_our_proxy() -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with()
    assert "SECURE_PROXY_SSL_HEADER" in settings_with(FASCICLE_BEHIND_PROXY="1")


def test_without_an_owners_address_the_app_role_stands_in() -> None:
    databases = settings_with(DATABASE_URL="postgresql://app@db/fascicle")["DATABASES"]
    assert databases["owner"]["USER"] == "app"


def test_nothing_of_the_policy_is_unsafe() -> None:
    sources = {
        source for given in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for source in given
    }
    assert sources == {"'none'", "'self'"}
