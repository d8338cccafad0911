"""A second factor of sign-in, and what becomes of failed attempts."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("trial", "0004_trust")]

    operations: ClassVar[list[Operation]] = []
