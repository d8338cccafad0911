"""The addresses of analyses and exports, below /api/v1/."""

from django.urls import path

from analytics.api.analyses import AnalysesView, AnalysisView
from analytics.api.codebook import CodebookView
from analytics.api.description import DescriptionView
from analytics.api.exports import ExportFileView, ExportsView, ExportView
from analytics.api.supplements import (
    DiagnosticsView,
    InfluenceView,
    PlanningView,
    SensitivityView,
    SupplementsView,
)

urlpatterns = [
    path("analyses/", AnalysesView.as_view(), name="api-analyses"),
    path("analyses/<str:outcome>/", AnalysisView.as_view(), name="api-analysis"),
    path("analyses/<str:outcome>/supplements/", SupplementsView.as_view(), name="api-supplements"),
    path(
        "analyses/<str:outcome>/supplements/sensitivity/", SensitivityView.as_view(), name="api-sensitivity"
    ),
    path(
        "analyses/<str:outcome>/supplements/diagnostics/", DiagnosticsView.as_view(), name="api-diagnostics"
    ),
    path("analyses/<str:outcome>/supplements/influence/", InfluenceView.as_view(), name="api-influence"),
    path("analyses/<str:outcome>/supplements/planning/", PlanningView.as_view(), name="api-planning"),
    path("description/", DescriptionView.as_view(), name="api-description"),
    path("exports/", ExportsView.as_view(), name="api-exports"),
    path("exports/<int:number>/", ExportView.as_view(), name="api-export"),
    path("exports/<int:number>/file/", ExportFileView.as_view(), name="api-export-file"),
    path("codebook/", CodebookView.as_view(), name="api-codebook"),
]
