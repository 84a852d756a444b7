"""Getting a user's consent: Spotify's authorisation code flow, with a secret or by PKCE."""
