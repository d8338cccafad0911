"""The addresses of filled forms, below /api/v1/."""

from django.urls import path

from forms_app.api.records import RecordView, RestoreView

FORM = "participants/<str:code>/visits/<str:visit>/forms/<str:form>/"

urlpatterns = [
    path(FORM, RecordView.as_view(), name="api-record"),
    path(FORM + "restore/", RestoreView.as_view(), name="api-record-restore"),
]
