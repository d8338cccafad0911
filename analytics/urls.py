"""The screens of results and exports."""

from django.urls import path

from analytics.screens.exports import download, exports
from analytics.screens.results import analyses, results

screens = [
    path("results/", results, name="results"),
    path("results/analyses/", analyses, name="results-analyses"),
    path("exports/", exports, name="exports"),
    path("exports/<str:shape>.csv", download, name="export-download"),
]
