"""What Playlake's services share: keys, raw envelope, run manifest, tables, errors, settings."""
