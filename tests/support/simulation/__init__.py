"""A deterministic simulation of the transformer: its real code on twins of AWS, in virtual time.

A seed decides what is landed, how events arrive, and which faults hit which calls. The same seed
always gives the same history. `python -m simulation --help` runs it.
"""
