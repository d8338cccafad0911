"""What is announced upwards, or to a task: a lower app never asks a higher one."""

from django.dispatch import Signal

# Sent after commit, with `form`, the code of the form whose data changed.
outcome_data_changed = Signal()

# Sent after commit, with `alert`, the key of the notice that a serious event needs.
safety_alert_due = Signal()

# Sent after commit, with `number`, the key of an import that a task is to go on with.
import_waits = Signal()
