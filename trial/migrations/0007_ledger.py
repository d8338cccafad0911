"""Seals are added by a function that only goes on."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("trial", "0006_sessions")]

    operations: ClassVar[list[Operation]] = []
