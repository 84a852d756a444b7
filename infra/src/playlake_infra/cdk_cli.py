"""The version of the CDK's command line, and what it needs in the account.

The version was current when this aws-cdk-lib was released, and newer ones are compatible.
https://docs.aws.amazon.com/cdk/v2/guide/versioning.html
https://docs.aws.amazon.com/cdk/api/versions.json
"""

from __future__ import annotations

from typing import Final

CDK_CLI: Final = "aws-cdk@2.1148.0"
# The assembly requires it; a test compares both.
MINIMUM_BOOTSTRAP: Final = 6
BOOTSTRAP_PARAMETER: Final = "/cdk-bootstrap/hnb659fds/version"
