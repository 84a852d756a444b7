"""The accounts service: the page that asks the user, and the tokens that follow from it."""
