from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forms_app.images import store
from forms_app.models import Attachment


class Command(BaseCommand):
    help = "Read every image in use and compare it with its SHA-256, after a restore or now and then."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = number = 0
        for attachment in Attachment.objects.filter(removed=False).order_by("id").iterator():
            number += 1
            try:
                store.read(attachment.stored_as, attachment.sha256)
            except store.Damaged as damage:
                wrong += 1
                self.stderr.write(str(damage))
        if wrong:
            raise CommandError(f"{wrong} of {number} images are missing or damaged.")
        self.stdout.write(f"{number} images are whole.")
