"""What is declared beside an analysis, carried out on a data set: content for pages, reports and the API.

Each part is a deterministic function of the data set and the declaration. Numbers are those of
`analytics.mixed`, unrounded; who reads them is decided elsewhere.
"""

from analytics.supplements.content import Content
from analytics.supplements.parts import PARTS, Part

__all__ = ["PARTS", "Content", "Part"]
