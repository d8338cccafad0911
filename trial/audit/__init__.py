"""The ledger: who changed what, when, why and by which route, written by the database itself."""
