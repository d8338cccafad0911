"""The command line: a CSV file in, a table and JSON out. What it promises: docs/reference/command-line.md."""
