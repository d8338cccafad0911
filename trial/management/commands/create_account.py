import sys
from getpass import getpass
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.management.writing import WritingCommand
from trial.models import Site, User
from trial.refusals import Refusal
from trial.services import accounts


class Command(WritingCommand):
    help = (
        "Make an account, for example: create_account ana 'Ana Example' --email ana@example.org "
        "--role investigator@03"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--role", action="append", default=[], metavar="ROLE@SITE", help="may be given several times"
        )
        parser.add_argument(
            "--no-password", action="store_true", help="do not ask: the person sets one by e-mail"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        roles = [_role(text) for text in options["role"]]
        password = None if options["no_password"] else _ask_password()
        try:
            with transaction.atomic():
                user = accounts.create(
                    by=COMMAND_LINE,
                    username=options["username"],
                    full_name=options["full_name"],
                    email=options["email"],
                    password=password,
                )
                _give(user, roles)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"The account {user.username} is ready.")


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask for a password: give --no-password.")
    return getpass("Password: ")


def _give(user: User, roles: list[tuple[Role, Site]]) -> None:
    for role, site in roles:
        accounts.give_role(by=COMMAND_LINE, user=user, site=site, role=role)


def _role(text: str) -> tuple[Role, Site]:
    name, _, code = text.partition("@")
    try:
        return Role(name), Site.objects.get(code=code)
    except ValueError:
        raise CommandError(f"“{name}” is no role. Choose one of: {', '.join(Role)}.") from None
    except Site.DoesNotExist:
        raise CommandError(f"There is no site “{code}”. Open it with create_site first.") from None
