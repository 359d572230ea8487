"""Certificates for loopback servers, from an authority of the test."""

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificate:
    """The files of a TLS server, and the authority's PEM for its clients."""

    chain: Path
    key: Path
    authority: Path

    @property
    def authority_pem(self) -> str:
        return self.authority.read_text()


def certificate(folder: Path, *names: str) -> Certificate:
    """A new authority and a certificate for ``names``, by default for loopback."""
    authority = trustme.CA()
    issued = authority.issue_cert(*(names or ("127.0.0.1", "localhost", "::1")))
    made = Certificate(folder / "chain.pem", folder / "key.pem", folder / "authority.pem")
    made.chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(made.key))
    authority.cert_pem.write_to_path(str(made.authority))
    return made
