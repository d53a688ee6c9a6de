# SPDX-License-Identifier: Apache-2.0
"""DNS64 between a client and the authoritative server (RFC 6147)."""

import pytest

from servers import NAME

SYNTHESISED = "64:ff9b:1::c000:250"


def dig(client, *arguments):
    """Lines of dig's short answer."""
    return client.output("dig", "+short", "+time=3", "+tries=2", *arguments).split("\n")[:-1]


@pytest.mark.parametrize("transport", ["+notcp", "+tcp"])
def test_aaaa_is_synthesised_from_a(h1, transport):
    assert dig(h1, transport, NAME, "AAAA") == [SYNTHESISED]


def test_a_passes(h1):
    assert dig(h1, NAME, "A") == ["192.0.2.80"]


def test_existing_aaaa_passes_and_nothing_is_added(h1):
    assert dig(h1, "dual.six.test", "AAAA") == ["2001:db8:6::99"]
    assert dig(h1, "six.six.test", "AAAA") == ["2001:db8:6::98"]


def test_alias_is_followed(h1):
    assert dig(h1, "alias.six.test", "AAAA") == [f"{NAME}.", SYNTHESISED]


def test_name_that_does_not_exist(h1):
    text = h1.output("dig", "+time=3", "+tries=2", "nobody.instar.test", "AAAA")
    assert "status: NXDOMAIN" in text
    assert "ANSWER: 0" in text


def test_name_without_a_and_aaaa_is_empty(h1):
    text = h1.output("dig", "+time=3", "+tries=2", "instar.test", "AAAA")
    assert "status: NOERROR" in text
    assert "ANSWER: 0" in text


def test_ptr_of_a_synthesised_address(h1):
    assert dig(h1, "-x", SYNTHESISED)[-1] == f"{NAME}."
