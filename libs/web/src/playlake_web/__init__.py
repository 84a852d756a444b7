"""Playlake over HTTP: the REST API for programs, and the page for people."""
