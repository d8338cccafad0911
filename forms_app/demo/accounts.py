"""The log-ins of the demonstration, one for each role. They work only where debugging is on.

A second data manager agrees to the unlocking that the first asks for.
"""

from dataclasses import dataclass

from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.models import Site, User
from trial.services import accounts

PASSWORD = "synthetic-fascia-26"  # nosec B105  # these accounts sign in only under debugging


@dataclass(frozen=True)
class Login:
    username: str
    full_name: str
    role: Role
    sites: tuple[str, ...]


LOGINS = (
    Login("investigator", "Iris Demo", Role.INVESTIGATOR, ("01",)),
    Login("sub-investigator", "Sami Demo", Role.SUB_INVESTIGATOR, ("01",)),
    Login("coordinator", "Cora Demo", Role.COORDINATOR, ("01", "02")),
    Login("monitor", "Milan Demo", Role.MONITOR, ("01", "02")),
    Login("data-manager", "Dana Demo", Role.DATA_MANAGER, ("01", "02")),
    Login("data-manager-2", "Dora Demo", Role.DATA_MANAGER, ("01", "02")),
    Login("medical-monitor", "Mele Demo", Role.MEDICAL_MONITOR, ("01", "02")),
    Login("statistician", "Stella Demo", Role.STATISTICIAN, ("01", "02")),
    Login("unblinded-statistician", "Uwe Demo", Role.UNBLINDED_STATISTICIAN, ("01", "02")),
    Login("auditor", "Alba Demo", Role.AUDITOR, ("01", "02")),
    Login("administrator", "Ada Demo", Role.ADMINISTRATOR, ("01", "02")),
)


def create(sites: dict[str, Site]) -> dict[Role, User]:
    """Make the accounts with their roles since each site's first day."""
    made = [(login.role, _create(login, sites)) for login in LOGINS]
    # The first of a role does what the demonstration shows.
    return dict(reversed(made))


def _create(login: Login, sites: dict[str, Site]) -> User:
    user = accounts.create(
        by=COMMAND_LINE,
        username=login.username,
        full_name=login.full_name,
        email=f"{login.username}@demo.invalid",
        password=PASSWORD,
        is_demo=True,
    )
    for code in login.sites:
        site = sites[code]
        accounts.give_role(
            by=COMMAND_LINE, user=user, site=site, role=login.role, valid_from=site.activated_on
        )
    return user
