from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from analytics import (
            checks,  # noqa: F401  (registers the system checks)
            tasks,
        )
        from analytics.announcements import export_waits
        from analytics.exports import proved
        from forms_app.announcements import outcome_data_changed
        from forms_app.imports import archive

        outcome_data_changed.connect(tasks.ask_for_refits)
        export_waits.connect(tasks.ask_for_export)
        archive.PROVED_BY.append(proved.problem)
