"""Compacts lakes that one machine cannot compact: on Spark, by the lake's own code."""
