"""The one announcement that goes upwards: a lower app never asks a higher one."""

from django.dispatch import Signal

# Sent after commit, with `form`, the code of the form whose data changed.
outcome_data_changed = Signal()
