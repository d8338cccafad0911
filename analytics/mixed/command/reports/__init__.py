"""What each command found, as text for a terminal; no line says more than the JSON does."""
