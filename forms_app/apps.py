from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "forms_app"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from forms_app import (
            deployment,  # noqa: F401  (registers the system checks)
            tasks,
        )
        from forms_app.announcements import import_waits, safety_alert_due
        from trial.announcements import participant_changed

        participant_changed.connect(tasks.ask_for_recheck)
        safety_alert_due.connect(tasks.ask_for_alert)
        import_waits.connect(tasks.ask_for_import)
