"""Twins in memory of what the services keep on AWS; the tests run on them."""
