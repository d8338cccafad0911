"""Acts on accounts: making one, giving it a role, changing a password."""

from datetime import date

from django.contrib.auth import hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from trial.access import Right, Role, check_right
from trial.audit.context import CommandLine, attributed
from trial.models import Membership, Site, User
from trial.refusals import Refusal
from trial.services import fields


def create(
    *,
    by: User | CommandLine,
    username: str,
    full_name: str,
    email: str = "",
    password: str | None = None,
    is_demo: bool = False,
) -> User:
    """Make an account. Without a password nobody can sign in with it until one is set by e-mail."""
    _check_may_manage(by)
    user = User(username=username, full_name=full_name, email=email, is_demo=is_demo)
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    fields.check(user)
    with attributed(by=by):
        user.save(force_insert=True)
    return user


def give_role(
    *,
    by: User | CommandLine,
    user: User,
    site: Site,
    role: Role,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Give a person a role at a site, from a day (today when none is given) to another."""
    _check_may_manage(by, site)
    if by.pk == user.pk:
        raise Refusal("right", right=_("give yourself a role"))
    start = valid_from or site.today()
    with attributed(by=by):
        return Membership.objects.create(
            user=user, site=site, role=role.value, valid_from=start, valid_to=valid_to
        )


def change_password(*, user: User, password: str) -> None:
    """Set one's own password, after the caller has made sure of the person. One's tokens end."""
    _check_password(password, user)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    with attributed(by=user, reason="password changed"):
        user.save(update_fields=["password", "password_changed_at"])
        AuthToken.objects.filter(user=user).delete()


def renew_hash(*, user: User, password: str) -> None:
    """Hash a password that was right just now anew, where hashing has become slower since."""
    preferred = hashers.get_hasher()
    same = hashers.identify_hasher(user.password).algorithm == preferred.algorithm
    if same and not preferred.must_update(user.password):
        return
    user.password = hashers.make_password(password)
    with attributed(by=user, reason="password rehashed"):
        user.save(update_fields=["password"])


def _check_may_manage(by: User | CommandLine, site: Site | None = None) -> None:
    if isinstance(by, User):
        check_right(by, Right.MANAGE_ACCOUNTS, site)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal("malformed", problem=" ".join(error.messages)) from error
