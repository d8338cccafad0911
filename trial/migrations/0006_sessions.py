"""Sessions that know whose they are, and tokens that know what they are for."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("trial", "0005_second_factor")]

    operations: ClassVar[list[Operation]] = []
