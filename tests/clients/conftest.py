import uuid

import pytest
from samlet import Host


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
