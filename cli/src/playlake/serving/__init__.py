"""The page over a lake, served by this command for as long as a person wants it."""
