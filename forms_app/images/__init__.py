"""Images of a record: told by their content, freed of whatever names somebody, kept in a folder of their own.

A picture is hostile until it was decoded. Nothing here trusts the name of a file, a length that the file
states of itself, or a decoder to stop by itself.
"""
