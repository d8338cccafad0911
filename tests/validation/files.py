"""A paper of the validation pack as a file: HTML for reading, PDF for keeping."""

from html import escape

from reportlab.lib.colors import white
from reportlab.platypus import Flowable, LongTable, Paragraph, TableStyle

from forms_app.paper.document import Frontispiece, write
from forms_app.paper.styles import (
    INK,
    LINE,
    SECTION,
    SHADE,
    SMALL,
    TEXT,
    TITLE,
    WIDTH,
    paragraph,
)
from tests.validation.papers import Paper, Table

STYLE = """body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{border:1px solid #999;padding:.3rem .5rem;
text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}th{background:#eee}"""
CELL = SMALL.clone("cell", textColor=INK, wordWrap="CJK")


def as_html(paper: Paper) -> str:
    """One file without script, style sheet or picture of another."""
    lead = "".join(f"<p>{escape(line)}</p>" for line in paper.lead)
    tables = "".join(map(_html_table, paper.tables))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(paper.title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(paper.title)}</h1>{lead}{tables}</body></html>\n"
    )


def _html_table(table: Table) -> str:
    columns = "".join(f'<col style="width:{share:.0%}">' for share in table.widths)
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in table.rows
    )
    return (
        f"<h2>{escape(table.title)}</h2>\n<table><colgroup>{columns}</colgroup>"
        f"<thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n"
    )


def as_pdf(paper: Paper) -> bytes:
    story: list[Flowable] = [paragraph(paper.title, TITLE), *(paragraph(line, TEXT) for line in paper.lead)]
    for table in paper.tables:
        story += [paragraph(table.title, SECTION), _pdf_table(table)]
    return write(story, Frontispiece(title=paper.title, foot="Fascicle, validation pack"))


def _pdf_table(table: Table) -> LongTable:
    def cells(row: "tuple[str, ...] | list[str]") -> list[Paragraph]:
        return [paragraph(cell, CELL) for cell in row]

    drawn = LongTable(
        [cells(list(table.head)), *(cells(list(row)) for row in table.rows)],
        colWidths=[share * WIDTH for share in table.widths],
        repeatRows=1,
        # A requirement that many tests hold is higher than a page.
        splitInRow=1,
    )
    drawn.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), SHADE),
                ("BACKGROUND", (0, 1), (-1, -1), white),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return drawn
