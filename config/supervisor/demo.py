"""The life of the demo: start in order, watch, end in the opposite order."""

import time
from collections.abc import Callable
from dataclasses import replace

from config.embedded.broker import Broker
from config.embedded.folder import DataFolder
from config.embedded.identity import Identity
from config.embedded.postgres import Postgres
from config.embedded.program import Program, wait_until
from config.supervisor import port
from config.supervisor.keeper import Keeper
from config.supervisor.lock import Lock
from config.supervisor.plan import HOST, Plan, make_secrets
from config.supervisor.stop import StopRequest
from config.supervisor.terminal import say, step

# Nothing may outlive what it works with.
END = ("web", "worker", "beat", "broker", "postgres")


class Failed(Exception):
    """A step of the start did not work; the sentence says which and what it printed."""


class Demo:
    """`run` does not return: it raises `Stopped` (somebody asked), or what says which part failed."""

    def __init__(self, plan: Plan, lock: Lock, stop: StopRequest, server_identity: Identity) -> None:
        self.plan = plan
        self.folder = plan.folder
        self.keeper = Keeper(plan.folder.logs, say)
        self._lock = lock
        self._stop = stop
        self._server_identity = server_identity

    def run(self) -> None:
        try:
            self._start()
            while True:
                self._look()
                time.sleep(0.1)
        finally:
            say("Stopping ...", end=" ")
            self.keeper.end(END)
            say("nothing is left running.")

    def _start(self) -> None:
        began = time.monotonic()
        self._refuse_half_a_database()
        set_last_logs_aside(self.folder)
        make_secrets(self.folder)
        if self.plan.embeds_database:
            self._start_database()
        if self.plan.embeds_broker:
            self._start_broker()
        with step("tables"):
            self._finish(self.plan.manage("migrate"))
        # While the demo trial is loaded, the web process comes up; the worker would refit half a trial.
        self._keep(self.plan.web)
        with step("demo trial"):
            greeting = self._finish(self.plan.manage("load_demo"))
        self._keep(self.plan.worker)
        self._keep(self.plan.beat)
        with step("web"):
            self._await(lambda: port.answers(HOST, self.plan.port), 60, "The web process", "web")
        say(f"\n{greeting}\n")
        say(f"Open {self.plan.address}  (after {time.monotonic() - began:.1f} s; Ctrl-C stops everything)")

    def _refuse_half_a_database(self) -> None:
        named = {name.removesuffix("_FILE") for name, value in self.plan.outside.items() if value}
        if "DATABASE_URL" in named and "DATABASE_OWNER_URL" not in named:
            raise Failed(
                "DATABASE_URL is set and DATABASE_OWNER_URL is not: the owner makes the tables, so give both."
            )

    def _start_database(self) -> None:
        with step("PostgreSQL"):
            server = Postgres(self.folder, runs_as=self._server_identity)
            server.prepare()
            server.forget_the_last_run()
            self._keep(server.program)
            self._await(server.ready, 30, "PostgreSQL", "postgres")
            server.make_roles()

    def _start_broker(self) -> None:
        with step("broker"):
            broker = Broker(self.folder)
            broker.prepare()
            self._keep(broker.program)
            self._await(broker.ready, 30, "The broker", "broker")

    def _keep(self, program: Program) -> None:
        self._stop.check()
        self.keeper.start(self._heir(program))

    def _heir(self, program: Program) -> Program:
        return replace(program, keeps_open=(self._lock.inherited,))

    def _look(self) -> None:
        self._stop.check()
        self.keeper.watch()

    def _await(self, condition: Callable[[], bool], seconds: float, who: str, log: str) -> None:
        def met() -> bool:
            self._look()
            return condition()

        if not wait_until(met, seconds):
            raise Failed(f"{who} did not answer in {seconds:g} s; {self.folder.logs / log}.log says why.")

    def _finish(self, program: Program) -> str:
        """Run a command to its end; the answer is what it printed."""
        self._stop.check()
        log = self.folder.logs / f"{program.name}.log"
        program = self._heir(program)
        process = program.start(log)
        try:
            while process.poll() is None:
                self._look()
                time.sleep(0.02)
        finally:
            program.end(process)
        printed = log.read_text(encoding="utf-8", errors="replace").strip()
        if process.returncode != 0:
            last = "\n".join(printed.splitlines()[-15:])
            raise Failed(f"`manage.py {program.name}` failed:\n{last}")
        return printed


def set_last_logs_aside(folder: DataFolder) -> None:
    """Each run has its own logs; those of the run before it are kept beside them."""
    for log in folder.logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))
