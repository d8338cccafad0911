"""Files of the data, made by the database and streamed: one module for each shape."""
