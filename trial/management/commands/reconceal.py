from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from trial.audit.context import COMMAND_LINE
from trial.concealment import InvalidToken
from trial.management.writing import WritingCommand
from trial.services import second_factors, webhooks


class Command(WritingCommand):
    help = (
        "After a change of FASCICLE_SECRET_KEY: conceal anew what FASCICLE_FORMER_SECRET_KEY concealed, "
        "so that the former key opens nothing any more and can be dropped"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                apps = second_factors.reconceal(by=COMMAND_LINE)
                told = webhooks.reconceal(by=COMMAND_LINE)
        except InvalidToken as error:
            raise CommandError(
                "One app or webhook can be read with neither key, and nothing was changed: set "
                "FASCICLE_FORMER_SECRET_KEY to the key before, or remove that app and renew that secret."
            ) from error
        self.stdout.write(
            f"{apps} sign-in apps and {told} webhooks are concealed by the key of today: drop the former one."
        )
