"""Files of data from elsewhere, read into what can be saved: readers, the mapping of columns, the content.

Every kind of file becomes the same: for each participant the visits and forms that the file speaks of, each
value with its place in the file. Nothing is judged here; `forms_app.services.import_acts` does that by the
services that the screens use.
"""
