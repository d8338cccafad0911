"""Drawings as pictures: the same SVG, drawn with letters of ours, as a server may have none."""

from pathlib import Path

from django.conf import settings

FONTS = Path(settings.BASE_DIR) / "static" / "vendor" / "atkinson-truetype"


def png(document: str, zoom: float) -> bytes:
    """An SVG document as PNG; `zoom` is pixels for each of its user units."""
    # Here and not above: only who downloads a picture needs the renderer.
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=document,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
            sans_serif_family="Atkinson Hyperlegible Next",
        )
    )
