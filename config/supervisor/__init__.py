"""`make run`: starts the whole demo on one machine, keeps it alive, and takes all of it away again."""
