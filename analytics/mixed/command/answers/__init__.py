"""What each command found, as the JSON that the command line promises."""
