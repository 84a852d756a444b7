"""The code of the Lambda that starts an ECS task for a schedule."""

from __future__ import annotations

# It runs inside of MiniStack, which has only the standard library.
RUN_TASK_SHIM = """\
import datetime
import json
import os
import urllib.request

TARGET = "AmazonEC2ContainerServiceV20141113.RunTask"
CREDENTIAL = "Credential=test/20260101/us-east-1/ecs/aws4_request"
# EventBridge Scheduler replaces this by the scheduled time; MiniStack does not.
SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


def handler(event, context):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    request = urllib.request.Request(
        os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        data=json.dumps(event).replace(SCHEDULED_TIME, now).encode(),
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": TARGET,
            "Authorization": f"AWS4-HMAC-SHA256 {CREDENTIAL}, SignedHeaders=host, Signature=x",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        started = json.load(answer)
    if started.get("failures"):
        raise RuntimeError(json.dumps(started["failures"]))
    return [task["taskArn"] for task in started["tasks"]]
"""
