"""Playlake on AWS: one stack, one template, made with the CDK from one class of settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Importing the CDK starts Node. If this environment has a Node, use it instead of the PATH's.
_node = Path(sys.executable).with_name("node")
if _node.exists():
    os.environ.setdefault("JSII_NODE", str(_node))
