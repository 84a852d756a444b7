"""The JSON objects of the Web API, made from the world, with the fields of each app tier."""
