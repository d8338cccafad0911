"""Forms on paper: the blank annotated CRF and the filled casebook, drawn as PDF. No database."""
