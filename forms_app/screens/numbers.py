def number(text: str, *, default: int) -> int:
    """A number of a query string; the default where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
