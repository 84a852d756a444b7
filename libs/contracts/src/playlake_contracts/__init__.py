"""What Playlake's services agree on: keys, the raw envelope, the run manifest, tables, errors."""
