"""The start page with 1,000 participants against the one with 26: both show 25 rows.

The two are at sites of their own in one running product, and are asked for in turns, so that what else the
machine does hits both.
"""

import tempfile
import time
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg2

from benchmarks import report
from config.embedded.folder import DataFolder
from tests.stack import Stack

FEW, MANY = 26, 1_000
RUNS = 60
WARM_UP = 5
PASSWORD = "a long synthetic phrase"
GOAL = 2

# Each number of participants is spread over its sites: Y1 has 26, Z1 and Z2 have 500 each. Everybody was
# injected on one of the last hundred days; nine in ten visits whose target day is over are recorded, each
# with pain.
FILL = f"""
select setseed(0.5);
select set_config('fascicle.actor', '0', true), set_config('fascicle.reason', 'benchmark', true);
insert into trial_site (code, name, time_zone, activated_on, last_number) values
    ('Y1', 'Few', 'UTC', current_date - 400, {FEW}),
    ('Z1', 'Many', 'UTC', current_date - 400, {MANY // 2}),
    ('Z2', 'Many', 'UTC', current_date - 400, {MANY // 2});
create temporary table planned on commit drop as
    select s.id as site_id, n, s.code || '-' || to_char(n, 'FM000') as code, n % 100 as ago
    from trial_site s, generate_series(1, s.last_number) n where s.name in ('Few', 'Many');
insert into trial_participant (site_id, number, code, state, state_reason)
    select site_id, n, code, 'screening', '' from planned;
insert into trial_visit (participant_id, code, occurred, visit_date, contact_mode, reason_not_done, version)
    select p.id, visit, 'Y', current_date - ago + target, 'IN PERSON', '', 1
    from planned join trial_participant p using (code),
        (values ('SCR', -10), ('BL', -2), ('INJ', 0), ('W1', 7), ('W2', 14), ('W12', 84)) v (visit, target)
    where ago >= target and (target <= 0 or random() < 0.9);
insert into trial_record (participant_id, visit_id, form, repeat, state, version, protocol_version, removed)
    select v.participant_id, v.id, case v.code when 'INJ' then 'injection' else 'pain' end,
        1, 'in progress', 1, '1.0', false
    from trial_visit v
    join trial_participant p on p.id = v.participant_id
    join planned on planned.code = p.code
    where v.code <> 'SCR';
insert into trial_injection (record_id, injperf, injdat)
    select r.id, 'Y', v.visit_date from trial_record r join trial_visit v on v.id = r.visit_id
    where r.form = 'injection' and not exists (select from trial_injection i where i.record_id = r.id);
"""

PEOPLE = f"""
from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.models import Site
from trial.services import accounts
for name in ('Few', 'Many'):
    user = accounts.create(by=COMMAND_LINE, username=name.lower(), full_name=name, password={PASSWORD!r})
    for site in Site.objects.filter(name=name):
        accounts.give_role(by=COMMAND_LINE, user=user, site=site, role=Role.INVESTIGATOR)
"""


def main() -> None:
    report.heading(
        f"The start page: {MANY:,} participants against {FEW}, 25 rows each, {RUNS} times in turns"
    )
    with (
        tempfile.TemporaryDirectory(prefix="fascicle-bench-") as folder,
        Stack(Path(folder) / "data") as stack,
    ):
        _fill(stack)
        stack.shell(PEOPLE)
        seconds = _in_turns({FEW: Browser(stack, "few"), MANY: Browser(stack, "many")})
    for number, values in seconds.items():
        milliseconds = sorted(1000 * value for value in values)
        print(
            f"  {number:>5,} participants: median {median(milliseconds):.0f} ms, "
            f"{milliseconds[0]:.0f} to {milliseconds[-1]:.0f} ms, n = {len(values)}"
        )
    ratio = median(seconds[MANY]) / median(seconds[FEW])
    print(f"  Ratio {ratio:.2f}. Goal: at most {GOAL}, {'met' if ratio <= GOAL else 'missed'}.")


class Browser:
    """A signed-in person."""

    def __init__(self, stack: Stack, username: str) -> None:
        self.address = stack.address
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.open("sign-in/")
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        typed = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        self.open("sign-in/", urlencode(typed).encode())

    def open(self, path: str, body: bytes | None = None) -> str:
        with self.opener.open(self.address + path, body, timeout=30) as response:
            return str(response.read().decode())


def _in_turns(browsers: dict[int, Browser]) -> dict[int, list[float]]:
    seconds: dict[int, list[float]] = {number: [] for number in browsers}
    for run in range(WARM_UP + RUNS):
        for number, browser in browsers.items():
            begin = time.perf_counter()
            page = browser.open("")
            took = time.perf_counter() - begin
            assert f"<strong>{number}</strong> participants" in page
            if run >= WARM_UP:
                seconds[number].append(took)
    return seconds


def _fill(stack: Stack) -> None:
    with closing(psycopg2.connect(DataFolder(stack.folder).owner_url)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute(FILL)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")


if __name__ == "__main__":
    main()
