"""Makes a new playlist with the contents that an old one had: the plan, its record, its steps."""
