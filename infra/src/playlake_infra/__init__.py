"""Playlake on AWS: one stack, one template, made with the CDK from one class of settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# The CDK runs in Node, and starts it when it is first imported: the one of this environment, if
# it has one, whatever else is on the PATH.
_node = Path(sys.executable).with_name("node")
if _node.exists():
    os.environ.setdefault("JSII_NODE", str(_node))
