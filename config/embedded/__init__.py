"""The servers that `make run` and the tests start themselves, out of pip packages: PostgreSQL and Valkey."""
