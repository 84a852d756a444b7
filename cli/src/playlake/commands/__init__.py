"""The commands, one module each.

typer reads their annotations while the program runs, so these modules do not postpone them.
"""
