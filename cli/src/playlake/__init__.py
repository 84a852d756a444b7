"""The `playlake` command: the whole lake on one machine."""
