"""Where the README's numbers come from. `make bench` runs all; each module runs alone with `python -m`."""
