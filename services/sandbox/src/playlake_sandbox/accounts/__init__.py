"""The accounts service: the page that asks the user for consent, and the token endpoint."""
