"""A small interpreter of M, the language of Power Query: as much of it as our queries use.

It is strict where M is: an unknown name, a missing column and a condition that is null are errors.
It is no proof of what Power Query does; it says what our queries mean by M's documentation.
https://learn.microsoft.com/powerquery-m/power-query-m-language-specification
"""

from m_language.evaluating import evaluate, parse
from m_language.values import MError, Table

__all__ = ["MError", "Table", "evaluate", "parse"]
