"""AWS's list prices: what the estimate multiplies with, each with where it stands.

On demand, us-east-1, US dollars, before any free tier and before taxes.
"""

from __future__ import annotations

from dataclasses import dataclass

PRICED_ON = "2026-11-21"
REGION = "us-east-1"

HOURS_PER_MONTH = 730
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Price:
    """A list price.

    Attributes:
        usd: US dollars for one unit.
        unit: what is paid for.
        source: AWS's page.
    """

    usd: float
    unit: str
    source: str


_FARGATE = "https://aws.amazon.com/fargate/pricing/"
_S3 = "https://aws.amazon.com/s3/pricing/"
_CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"

FARGATE_VCPU = Price(0.03238, "vCPU-hour, ARM", _FARGATE)
FARGATE_MEMORY = Price(0.00356, "GB-hour, ARM", _FARGATE)
FARGATE_DISK = Price(0.000111, "GB-hour beyond 20 GB", _FARGATE)
PUBLIC_ADDRESS = Price(0.005, "IPv4-hour", "https://aws.amazon.com/vpc/pricing/")
INTERFACE_ENDPOINT = Price(0.01, "hour a zone", "https://aws.amazon.com/privatelink/pricing/")
S3_PUT = Price(0.005 / 1000, "PUT or LIST", _S3)
S3_GET = Price(0.0004 / 1000, "GET", _S3)
S3_STORAGE = Price(0.023, "GB-month", _S3)
SQS_REQUEST = Price(0.40 / 1e6, "request", "https://aws.amazon.com/sqs/pricing/")
CRAWL = Price(
    0.44 * 2 * 10 / 60, "crawl: 2 DPU for 10 minutes", "https://aws.amazon.com/glue/pricing/"
)
ATHENA_QUERY = Price(5e-6 * 10, "query of 10 MB", "https://aws.amazon.com/athena/pricing/")
SECRET = Price(0.40, "secret a month", "https://aws.amazon.com/secrets-manager/pricing/")
KEY = Price(1.00, "key a month", "https://aws.amazon.com/kms/pricing/")
ALARM = Price(0.10, "metric of an alarm a month", _CLOUDWATCH)
CUSTOM_METRIC = Price(0.30, "metric a month", _CLOUDWATCH)
DASHBOARD = Price(3.00, "dashboard a month", _CLOUDWATCH)
LOGS = Price(0.50, "GB written", _CLOUDWATCH)
IMAGE_STORAGE = Price(0.10, "GB-month", "https://aws.amazon.com/ecr/pricing/")
