"""`make check`: everything that can be said about the code without running it. One failure fails all.

Standard library only; the tools come from the environment it runs in.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
# As many test runners say that they skipped: nothing answered, so nothing is known.
NOT_CHECKED = 77

PRODUCTION = {
    "FASCICLE_SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "FASCICLE_ALLOWED_HOSTS": "fascicle.example.org",
    "FASCICLE_TRUSTED_ORIGINS": "https://fascicle.example.org",
    "FASCICLE_BEHIND_PROXY": "1",
    "FASCICLE_ALARMS_TO": "statistician@example.org",
    "FASCICLE_SAFETY_CONTACT": "safety@example.org",
}
DEVELOPMENT = {"FASCICLE_DEBUG": "1"}

# What runs in production, and what brings it there.
CODE = ("config", "deploy", "trial", "forms_app", "analytics", "manage.py")

Check = tuple[str, tuple[str | Path, ...], dict[str, str]]


def checks(secrets: Path) -> list[Check]:
    compose = {"FASCICLE_HOST": "fascicle.example.org", "FASCICLE_SECRETS": str(secrets)}
    return [
        ("style", (BIN / "ruff", "check", "."), {}),
        ("format", (BIN / "ruff", "format", "--check", "."), {}),
        ("types", (BIN / "mypy",), DEVELOPMENT),
        ("imports", (BIN / "lint-imports",), DEVELOPMENT),
        ("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), DEVELOPMENT),
        ("reference", (*MANAGE, "reference", "--check"), DEVELOPMENT),
        ("deployment", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
        ("security", (BIN / "bandit", "--quiet", "--recursive", "--configfile", "pyproject.toml", *CODE), {}),
        ("packages", (sys.executable, "deploy/audit.py"), {}),
        ("compose", (BIN / "docker-compose", "config", "--quiet"), compose),
    ]


def main() -> int:
    failed, unchecked = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name, command, environment in checks(Path(folder)):
            print(f"== {name}", flush=True)
            outside = {key: value for key, value in os.environ.items() if not key.startswith("FASCICLE_")}
            answer = subprocess.run(command, check=False, cwd=PROJECT, env=outside | environment)
            if answer.returncode == NOT_CHECKED:
                unchecked.append(name)
            elif answer.returncode != 0:
                failed.append(name)
    if failed:
        print(f"Not clean: {', '.join(failed)}.")
    if unchecked:
        print(f"NOT CHECKED: {', '.join(unchecked)}. With REQUIRE_AUDIT=1 this is a failure.")
    if not failed:
        print("All clean." if not unchecked else "All else is clean.")
    return 1 if failed or (unchecked and os.environ.get("REQUIRE_AUDIT") == "1") else 0


if __name__ == "__main__":
    sys.exit(main())
