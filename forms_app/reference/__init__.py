"""The reference documents that follow from the declaration. Nobody writes them; `make docs` does."""
