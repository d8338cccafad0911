"""What a browser says it is, in two names: more would tell people apart and help nobody."""

from django.utils.translation import gettext as _

# In this order: most browsers claim to be several others as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("HeadlessChrome/", "Chromium"),
    ("Chromium/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
BETWEEN = " on "


def named(agent: str) -> str:
    """The names of a browser and its system, as they are stored: "Chromium on Linux"; empty when unknown."""
    names = (_first(BROWSERS, agent), _first(SYSTEMS, agent))
    return BETWEEN.join(names) if all(names) else "".join(names)


def shown(name: str) -> str:
    """What `named` stored, as a person reads it."""
    browser, between, system = name.partition(BETWEEN)
    if between:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return name or _("an unknown browser")


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
