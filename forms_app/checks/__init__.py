"""Edit checks: hard ones that need another row, and soft ones that ask for an explanation.

What one row decides alone (ranges, codes, conditions) is declared on its items and read by
`trial.crf.reading`. A soft check never blocks a save; it blocks *complete* until it is explained.
"""
