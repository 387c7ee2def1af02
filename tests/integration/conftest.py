"""What integration tests share: a small provider, and sites with accounts there."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from provider_site import PEOPLE, with_provider
from small_provider import SmallProvider, running

from pipeline.site import Site


@pytest.fixture
def provider(clock) -> Iterator[SmallProvider]:
    with running(SmallProvider(people=deepcopy(PEOPLE), now=clock)) as started:
        yield started


@pytest.fixture
def plant(sqlite_site: Site, provider: SmallProvider) -> Site:
    """A site with two approvers whose accounts are at the provider."""
    return with_provider(sqlite_site, provider)


@pytest.fixture
def anywhere(site: Site, provider: SmallProvider) -> Site:
    """The same on each database."""
    return with_provider(site, provider)
