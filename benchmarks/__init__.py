"""Where the README's numbers come from. `make bench` runs all; each module runs alone with `python -m`."""

import os

# Read when numpy is first imported. Matrices of ten columns gain nothing from threads waiting for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
