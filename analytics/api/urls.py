"""The addresses of analyses and exports, below /api/v1/."""

from django.urls import path

from analytics.api.analyses import AnalysesView, AnalysisView
from analytics.api.codebook import CodebookView
from analytics.api.exports import ExportFileView, ExportsView, ExportView

urlpatterns = [
    path("analyses/", AnalysesView.as_view(), name="api-analyses"),
    path("analyses/<str:outcome>/", AnalysisView.as_view(), name="api-analysis"),
    path("exports/", ExportsView.as_view(), name="api-exports"),
    path("exports/<int:number>/", ExportView.as_view(), name="api-export"),
    path("exports/<int:number>/file/", ExportFileView.as_view(), name="api-export-file"),
    path("codebook/", CodebookView.as_view(), name="api-codebook"),
]
