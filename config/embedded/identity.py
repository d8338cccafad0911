"""As whom the PostgreSQL server runs: it refuses root, and a demo in a container often is root.

The ladder, from the best rung down:

1. an ordinary user runs it as itself;
2. root (or a user without a name) runs it in a user namespace: PostgreSQL sees an ordinary user, the
   disk sees us; nothing is created, chowned or opened to others;
3. where namespaces are forbidden (the default of many container engines), root runs it as `nobody`,
   with the data in a folder that `nobody` can reach.
"""

import ctypes
import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """How to become the server's user in a child, and whom its folders must belong to (None: to us)."""

    enter: Callable[[], None] | None = None
    account: pwd.struct_passwd | None = None

    def give(self, folder: Path) -> None:
        """Make a folder that the server's user can use and nobody else can (root still can)."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Whether the server's user may walk to `path`."""
        if self.account is None:
            return True
        return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def find() -> Identity:
    if os.geteuid() != 0 and _has_a_name(os.geteuid()):
        return Identity()
    if _works_in_a_child(enter_user_namespace):
        return Identity(enter=enter_user_namespace)
    return as_nobody()


def as_nobody() -> Identity:
    account = pwd.getpwnam("nobody")

    def become() -> None:
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)

    return Identity(enter=become, account=account)


def enter_user_namespace() -> None:
    """Put this process into a namespace where it is an ordinary user with a name: PostgreSQL asks for it."""
    uid, gid, inside = os.geteuid(), os.getegid(), _ordinary_user()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside.pw_uid} {uid} 1"),
        ("gid_map", f"{inside.pw_gid} {gid} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(content)


def _ordinary_user() -> pwd.struct_passwd:
    return next(account for account in reversed(pwd.getpwall()) if account.pw_uid != 0)


def _has_a_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _works_in_a_child(attempt: Callable[[], None]) -> bool:
    if sys.platform != "linux":
        return False
    child = os.fork()
    if child == 0:
        try:
            attempt()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
