"""Drawings as SVG, each a pure function of what it shows."""
