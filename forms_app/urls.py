"""The screens of the forms at work."""

from django.urls import path

from forms_app.screens.home import home
from forms_app.screens.next_due import next_due
from forms_app.screens.participant import add, move, participant
from forms_app.screens.record import record
from forms_app.screens.removal import remove, restore
from forms_app.screens.visit import visit

screens = [
    path("", home, name="home"),
    path("participants/add/", add, name="participant-add"),
    path("participants/<str:code>/", participant, name="participant"),
    path("participants/<str:code>/state/", move, name="participant-state"),
    path("participants/<str:code>/next/", next_due, name="next-due"),
    path("participants/<str:code>/visits/<str:visit>/", visit, name="visit"),
    path("participants/<str:code>/visits/<str:visit>/forms/<str:form>/", record, name="record"),
    path("participants/<str:code>/visits/<str:visit>/forms/<str:form>/remove/", remove, name="record-remove"),
    path(
        "participants/<str:code>/visits/<str:visit>/forms/<str:form>/restore/", restore, name="record-restore"
    ),
]
