"""What is announced to a task: services do not know who carries out what waits."""

from django.dispatch import Signal

# Sent after commit, with `number`, the key of an export that waits to be written.
export_waits = Signal()
