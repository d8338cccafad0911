from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrialConfig(AppConfig):
    name = "trial"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from axes.signals import user_locked_out

        from trial import (
            checks,  # noqa: F401  (registers the system checks)
            lock_out,
            tasks,
        )
        from trial.announcements import deliveries_due
        from trial.audit import install

        pre_migrate.connect(install.before_migrate, sender=self)
        post_migrate.connect(install.after_migrate, sender=self)
        user_locked_out.connect(lock_out.alarm)
        deliveries_due.connect(tasks.ask_to_deliver)
