"""The people of the tests: always the same, at two sites, so that who may *not* is never forgotten.

Made in a few statements and not by the services, which have tests of their own: nearly every test asks
for the cast. What happens to participants is driven through the services, in `tests.journey`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.concealment import conceal
from trial.models import Membership, SecondFactor, Site, User
from trial.models.second_factor import APP

PASSWORD = "a long synthetic phrase"
# The key of everybody's authenticator app; `tests.second_factor` makes the codes.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGNING = ("investigator", "sub_investigator", "southern_investigator", "former")
OPENED = timedelta(days=500)


@dataclass(frozen=True)
class Cast:
    """Everybody works at `north` (01), but for the two of `south` (02)."""

    north: Site
    south: Site
    investigator: User
    sub_investigator: User
    coordinator: User
    monitor: User
    data_manager: User
    medical_monitor: User
    statistician: User
    unblinded_statistician: User
    auditor: User
    administrator: User
    southern_investigator: User
    southern_coordinator: User
    # An account without any role, and one whose role at the north ended yesterday.
    stranger: User
    former: User

    def with_role(self, role: Role) -> User:
        """Who holds a role at the north."""
        user: User = getattr(self, role.name.lower())
        return user


NAMES = {
    "investigator": "Ines North",
    "sub_investigator": "Sunna North",
    "coordinator": "Conrad North",
    "monitor": "Mona North",
    "data_manager": "Dario North",
    "medical_monitor": "Medea North",
    "statistician": "Stina North",
    "unblinded_statistician": "Ulla North",
    "auditor": "Aurel North",
    "administrator": "Adam North",
    "southern_investigator": "Ivo South",
    "southern_coordinator": "Clara South",
    "stranger": "Sten Nowhere",
    "former": "Frida Formerly",
}


def gather() -> Cast:
    """Put the cast into the database."""
    with attributed(by=COMMAND_LINE):
        north, south = Site.objects.bulk_create([_site("01", "North"), _site("02", "South")])
        users = User.objects.bulk_create(_user(name) for name in NAMES)
        people = dict(zip(NAMES, users, strict=True))
        Membership.objects.bulk_create(_memberships(people, north, south))
        SecondFactor.objects.bulk_create(factor(people[name]) for name in SIGNING)
    return Cast(north=north, south=south, **people)


def _site(code: str, name: str) -> Site:
    return Site(code=code, name=name, time_zone="UTC", activated_on=timezone.localdate() - OPENED)


def _user(name: str) -> User:
    return User(
        username=name,
        full_name=NAMES[name],
        email=f"{name}@example.org",
        password=make_password(PASSWORD),
    )


def factor(user: User) -> SecondFactor:
    return SecondFactor(user=user, kind=APP, name="Phone", secret=conceal(SECRET))


def _memberships(people: dict[str, User], north: Site, south: Site) -> list[Membership]:
    held = [_membership(people[role.name.lower()], north, role) for role in Role]
    held += [
        _membership(people["southern_investigator"], south, Role.INVESTIGATOR),
        _membership(people["southern_coordinator"], south, Role.COORDINATOR),
        _membership(people["former"], north, Role.INVESTIGATOR, until=north.today() - timedelta(days=1)),
    ]
    return held


def _membership(user: User, site: Site, role: Role, until: date | None = None) -> Membership:
    return Membership(user=user, site=site, role=role.value, valid_from=site.activated_on, valid_to=until)
