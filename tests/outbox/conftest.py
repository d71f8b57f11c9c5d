"""Peers for the tests of what is sent."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support.peers import MailServer, Peer, make_certificate


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """An SMTP server without TLS."""
    with MailServer().serving() as server:
        yield server


@pytest.fixture
def peer() -> Iterator[Peer]:
    """An HTTP server without TLS."""
    with Peer().serving() as server:
        yield server


@pytest.fixture(scope="session")
def certificate() -> Iterator[Path]:
    """A certificate for localhost, with its key; readable for the user of a server's workers."""
    with tempfile.TemporaryDirectory(prefix="slotkeeper-tls-") as directory:
        Path(directory).chmod(0o755)
        yield make_certificate(Path(directory) / "localhost.pem")


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate, which this process trusts as its only authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    return certificate
