"""The world as JSON objects of the Web API, as each tier of apps gets them."""
