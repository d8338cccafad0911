"""The addresses of analyses and exports, below /api/v1/."""

from django.urls import path

from analytics.api.analyses import AnalysesView, AnalysisView
from analytics.api.exports import LongView, SignaturesFileView, WideView

urlpatterns = [
    path("analyses/", AnalysesView.as_view(), name="api-analyses"),
    path("analyses/<str:outcome>/", AnalysisView.as_view(), name="api-analysis"),
    path("exports/long.csv", LongView.as_view(), name="api-export-long"),
    path("exports/wide.csv", WideView.as_view(), name="api-export-wide"),
    path("exports/signatures.csv", SignaturesFileView.as_view(), name="api-export-signatures"),
]
