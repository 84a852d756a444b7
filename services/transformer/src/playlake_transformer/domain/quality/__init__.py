"""The quality rules, and what becomes of the rows that break them."""
