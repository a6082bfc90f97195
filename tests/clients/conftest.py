import json
import uuid

import pytest
from samlet import Host, zipped

TRUST_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@pytest.fixture(scope="session")
def host():
    """One host for all tests that share an account; names are fresh in each test."""
    host = Host()
    yield host
    host.stop()


@pytest.fixture
def name(request):
    """A name that no other test uses."""
    return f"{request.node.name.replace('_', '-')[:40]}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def function(host, name):
    """Creates a function from the source of its index.mjs."""
    client = host.client("lambda")
    trust = json.dumps(TRUST_LAMBDA)
    role = host.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]

    def create(source, **settings):
        client.create_function(
            FunctionName=name,
            Runtime="nodejs22.x",
            Role=role["Arn"],
            Handler="index.handler",
            Code={"ZipFile": zipped({"index.mjs": source})},
            **settings,
        )
        client.get_waiter("function_active_v2").wait(FunctionName=name)
        return name

    return create
