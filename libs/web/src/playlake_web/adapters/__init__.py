"""Lakes as the page and the API read them."""
