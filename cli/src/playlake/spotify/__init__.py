"""The few requests that `login` and `doctor` send to Spotify's Web API."""
