"""A lake in a folder: its objects, which the services write, and its tables, which people read."""
