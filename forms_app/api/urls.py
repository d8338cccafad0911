"""The addresses of filled forms, below /api/v1/."""

from django.urls import path

from forms_app.api.records import RecordView, RepeatView, RestoreRepeatView, RestoreView

FORM = "participants/<str:code>/visits/<str:visit>/forms/<str:form>/"

urlpatterns = [
    path(FORM, RecordView.as_view(), name="api-record"),
    path(FORM + "restore/", RestoreView.as_view(), name="api-record-restore"),
    path(FORM + "<int:repeat>/restore/", RestoreRepeatView.as_view(), name="api-record-repeat-restore"),
    path(FORM + "<int:repeat>/", RepeatView.as_view(), name="api-record-repeat"),
]
