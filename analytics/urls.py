"""The screens of results and exports."""

from django.urls import path

from analytics.screens.beside import again, diagnostics, influence, planning, sensitivity
from analytics.screens.codebook import codebook, codebook_file
from analytics.screens.described import safety
from analytics.screens.downloads import estimates_csv, figure_png, figure_svg
from analytics.screens.exports import export, export_file, exports
from analytics.screens.report import report, report_again, report_pdf
from analytics.screens.results import analyses, results

screens = [
    path("results/", results, name="results"),
    path("results/analyses/", analyses, name="results-analyses"),
    path("results/sensitivity/", sensitivity, name="results-sensitivity"),
    path("results/diagnostics/", diagnostics, name="results-diagnostics"),
    path("results/influence/", influence, name="results-influence"),
    path("results/safety/", safety, name="results-safety"),
    path("results/planning/", planning, name="results-planning"),
    path("results/report/", report, name="results-report"),
    path("results/report/report.pdf", report_pdf, name="results-report-pdf"),
    path("results/report/again/", report_again, name="results-report-again"),
    path("results/<str:part>/again/", again, name="results-again"),
    path("results/<str:outcome>/figure.svg", figure_svg, name="results-figure-svg"),
    path("results/<str:outcome>/figure.png", figure_png, name="results-figure-png"),
    path("results/<str:outcome>/estimates.csv", estimates_csv, name="results-estimates"),
    path("exports/", exports, name="exports"),
    path("exports/<int:number>/", export, name="export"),
    path("exports/<int:number>/file/", export_file, name="export-file"),
    path("codebook/", codebook, name="codebook"),
    path("codebook/codebook.<str:ending>", codebook_file, name="codebook-file"),
]
