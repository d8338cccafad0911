"""`python -m config.supervisor [PORT]`, which is what `make run` calls."""

import os
import signal
import sys

from config.embedded import identity
from config.embedded.folder import DataFolder, NotOurs
from config.embedded.postgres import NoServer
from config.embedded.program import die_with_parent
from config.supervisor import port
from config.supervisor.demo import Demo, Failed
from config.supervisor.keeper import GaveUp
from config.supervisor.lock import AlreadyRunning, Lock
from config.supervisor.plan import HOST, Plan
from config.supervisor.shelter import settle
from config.supervisor.stop import Stopped, StopRequest
from config.supervisor.terminal import say


def main(word: str) -> int:
    """The exit code: 0 when somebody stopped it, 1 (with a sentence) when it could not live."""
    os.umask(0o077)
    stop = StopRequest()
    stop.listen()
    if (
        "MAKELEVEL" in os.environ
    ):  # make may be killed without a word; started by hand we may outlive the shell
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        live(word, stop)
    except Stopped:
        return 0
    except (AlreadyRunning, Failed, GaveUp, NoServer, NotOurs, port.NoPort) as refusal:
        if stop.requested:
            return 0
        say(str(refusal))
        return 1
    return 0


def live(word: str, stop: StopRequest) -> None:
    number = port.parse(word)
    server = identity.find()
    folder = settle(DataFolder.default(), server)
    plan = Plan(folder, number, dict(os.environ))
    lock = Lock(folder)
    try:
        lock.take(f"{plan.address}, process {os.getpid()}")
        port.refuse_if_taken(HOST, number)
        say(f"Fascicle starts; its data are in {folder.root}")
        Demo(plan, lock, stop, server).run()
    finally:
        lock.release()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "8000"))
