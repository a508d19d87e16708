"""Nothing leaves the tablet before the other end proves that it is the centre."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from sync import faults
from sync.transport import HttpLink
from tests.sync.certificates import Authority
from tests.sync.rude_server import RudeServer, rude, says
from tests.sync.test_transport import PAGE, PULL, link_to


@pytest.fixture
def force(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "The force")


def refused_by(link: HttpLink, server: RudeServer) -> faults.Fault:
    with pytest.raises(faults.Fault) as caught:
        link.answer(PULL)
    link.close()
    assert server.requests == []
    return caught.value


def test_the_forces_own_certificate_is_taken(force: Authority) -> None:
    with rude(says(PAGE), force.serving()) as server:
        link = link_to(server.url, ca_file=force.file)
        assert link.answer(PULL) == PAGE
        link.close()


@pytest.mark.parametrize(
    "case", ["expired", "wrong host", "unknown authority", "usual authorities"]
)
def test_a_certificate_that_proves_nothing_gets_not_one_byte_of_a_request(
    case: str, force: Authority, tmp_path: Path
) -> None:
    signer = Authority(tmp_path, "Somebody else") if case == "unknown authority" else force
    host = "elsewhere.example" if case == "wrong host" else "127.0.0.1"
    context = signer.serving(host=host, expired=case == "expired")
    with rude(says(PAGE), context) as server:
        trusted = None if case == "usual authorities" else force.file
        fault = refused_by(link_to(server.url, ca_file=trusted), server)
    assert type(fault) is faults.CertificateProblem
    assert fault.words == (
        "No connection to the force server: this network could not prove it is the force's. "
        "Nothing was sent. Your records are safe."
    )


def test_an_old_kind_of_lock_is_no_lock(force: Authority) -> None:
    context = force.serving()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with rude(says(PAGE), context) as server:
        fault = refused_by(link_to(server.url, ca_file=force.file), server)
    assert type(fault) is faults.CertificateProblem


def test_a_lock_taken_off_on_the_way_is_noticed(force: Authority) -> None:
    with rude(says(PAGE)) as plain:
        link = link_to(plain.url.replace("http:", "https:"), ca_file=force.file)
        with pytest.raises(faults.Fault) as caught:
            link.answer(PULL)
        link.close()
        sent = b"".join(request.body for request in plain.requests)
    assert isinstance(caught.value, faults.CertificateProblem | faults.Offline)
    assert b"cursor" not in sent
