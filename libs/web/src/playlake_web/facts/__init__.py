"""Facts about a lake, each read by a query or two: what pages show and routes answer."""
