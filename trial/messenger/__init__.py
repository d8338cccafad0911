"""Sending a message to another system: where it may go, how it is signed, how it leaves. No tables."""
