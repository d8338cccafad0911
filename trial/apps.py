from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrialConfig(AppConfig):
    name = "trial"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from trial import checks  # noqa: F401  (registers the system checks)
        from trial.audit import install

        pre_migrate.connect(install.before_migrate, sender=self)
        post_migrate.connect(install.after_migrate, sender=self)
