"""Scripts beside the CSV that load it into R and Python."""
