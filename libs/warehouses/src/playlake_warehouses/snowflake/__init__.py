"""The SQL that gives a lake on S3 to Snowflake, made from the schemas of its tables.

`scripts` names the files of `warehouses/snowflake`, and what each is for.
"""

from playlake_warehouses.snowflake.attachment import Attachment
from playlake_warehouses.snowflake.scripts import SCRIPTS, Script

__all__ = ["SCRIPTS", "Attachment", "Script"]
