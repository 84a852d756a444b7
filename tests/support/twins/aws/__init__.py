"""S3, SQS and Glue in memory, behind the methods of their aiobotocore clients.

They run on the time of the event loop, raise botocore's `ClientError` with the codes of AWS, and
outlive the processes that call them.
"""

from twins.aws.glue import GlueTwin
from twins.aws.s3 import S3Twin
from twins.aws.sqs import SqsTwin

__all__ = ["GlueTwin", "S3Twin", "SqsTwin"]
