from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from analytics import (
            checks,  # noqa: F401  (registers the system checks)
            tasks,
        )
        from forms_app.announcements import outcome_data_changed

        outcome_data_changed.connect(tasks.ask_for_refits)
