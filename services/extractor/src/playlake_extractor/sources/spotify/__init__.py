"""All that is Spotify's: its responses, credentials, requests and errors."""
