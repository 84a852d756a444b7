"""What is served: the page and the REST API, with the health checks of this process."""
