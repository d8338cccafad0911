"""Make `.venv` what a lock says, by pip; do nothing when it is that already. Standard library only.

    python3 deploy/venv.py demo|test

An environment that works is brought up to date in place, never thrown away: somebody may be running in it.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
# Not the environment's own Python, which may be running this and has no pip.
BASE = getattr(sys, "_base_executable", sys.executable)
# The lock of the tests holds all of the demo's: after it the demo needs nothing more.
SATISFIES = {"demo": ("demo",), "test": ("test", "demo")}


def main(level: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever Python there is
        sys.exit(f"Fascicle needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    if not works():
        create()
    if not stamp(level).exists():
        install(level)


def works() -> bool:
    """Whether there is an environment with a Python that we can use."""
    test = "import sys; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", test], check=False).returncode == 0


def create() -> None:
    print("Making .venv ...", flush=True)
    # A pip outside can install into the environment: that saves making one inside, and Debian without
    # python3-venv cannot make one.
    bare = ["--without-pip"] if installs_elsewhere(BASE) else []
    run(BASE, "-m", "venv", "--clear", *bare, str(VENV))


def install(level: str) -> None:
    print(f"Installing what requirements/{level}.lock lists (once; about 20 seconds) ...", flush=True)
    for old in VENV.glob("stamp-*"):
        old.unlink()
    # Not compiled: most of it is never imported, and what is gets compiled when it is.
    run(*pip(), "install", "-qq", "--no-compile", "--require-hashes", "-r", str(lock(level)))
    for satisfied in SATISFIES[level]:
        stamp(satisfied).touch()


def pip() -> list[str]:
    if installs_elsewhere(BASE):
        return [BASE, "-m", "pip", "--disable-pip-version-check", "--python", str(PYTHON)]
    if pip_version(str(PYTHON)):
        return [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    sys.exit("There is no pip: install it (Debian and Ubuntu: apt-get install python3-venv), then try again.")


def installs_elsewhere(python: str) -> bool:
    """Whether its pip knows `--python`, by which it installs into another environment."""
    return pip_version(python) >= (22, 3)


def pip_version(python: str) -> tuple[int, ...]:
    """Empty when it has none."""
    answer = subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True, text=True)
    found = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


def lock(level: str) -> Path:
    return PROJECT / "requirements" / f"{level}.lock"


def stamp(level: str) -> Path:
    """An empty file whose name says which lock, for which Python, has been installed."""
    version = subprocess.run([PYTHON, "-V"], check=True, capture_output=True).stdout
    return VENV / f"stamp-{level}-{hashlib.sha256(lock(level).read_bytes() + version).hexdigest()[:16]}"


def run(*command: str) -> None:
    code = subprocess.run(command, check=False).returncode
    if code != 0:
        sys.exit(f"`{' '.join(command)}` failed.")


if __name__ == "__main__":
    main(sys.argv[1])
