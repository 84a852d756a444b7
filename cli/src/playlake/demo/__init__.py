"""The demonstration: the whole pipeline over a simulated week of a stand-in Spotify."""
