"""The user's consent: Spotify's authorization code flow, with a client secret or with PKCE."""
