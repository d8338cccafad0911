"""From records to the data sets that are analysed."""
