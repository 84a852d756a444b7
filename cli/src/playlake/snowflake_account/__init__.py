"""An account of Snowflake: the connection to it, and whether a lake is attached there."""
