"""The scripts as they go with an export: told how its CSV is written."""

from pathlib import Path

from analytics.exports.options import Options

FOLDER = Path(__file__).parent

# In each script: what stands there, and how it is said with another separator and decimal mark.
SETTINGS = {
    "load.R": ('separator <- ","\ndecimal <- "."\n', 'separator <- "{separator}"\ndecimal <- "{decimal}"\n'),
    "load.py": ('SEPARATOR = ","\nDECIMAL = "."\n', 'SEPARATOR = "{separator}"\nDECIMAL = "{decimal}"\n'),
}


def of(options: Options) -> dict[str, str]:
    """The text of each script by its name."""
    return {name: _script(name, options) for name in SETTINGS}


def _script(name: str, options: Options) -> str:
    usual, told = SETTINGS[name]
    script = (FOLDER / name).read_text(encoding="utf-8")
    before, after = script.split(usual)
    separator = options.separator.replace("\t", r"\t")
    return before + told.format(separator=separator, decimal=options.decimal) + after
