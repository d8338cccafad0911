"""What no log may hold: the address of a calendar is its only key."""

import logging
import re

from gunicorn.glogging import Logger

CALENDAR = re.compile(r"/calendar/[^/\s]+\.ics")
UNSAID = "/calendar/*"


class WithoutTokens(logging.Filter):
    """Takes the token out of the paths that Django logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                CALENDAR.sub(UNSAID, each) if isinstance(each, str) else each for each in record.args
            )
        return True


class AccessLog(Logger):  # type: ignore[misc]
    """Gunicorn's log of requests. The path is judged as the application reads it, however it was written."""

    def atoms(
        self, resp: object, req: object, environ: dict[str, str], request_time: object
    ) -> dict[str, object]:
        found: dict[str, object] = super().atoms(resp, req, environ, request_time)
        if CALENDAR.search(environ["PATH_INFO"]):
            found |= {"r": f"{found['m']} {UNSAID} {found['H']}", "U": UNSAID}
        return found
