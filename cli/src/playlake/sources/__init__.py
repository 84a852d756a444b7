"""What the command knows of each source; a new source is registered in `registry`."""
