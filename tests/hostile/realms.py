"""What a hostile registry may name as the place to sign in, and what has to come of it."""

from dataclasses import dataclass

from registry.outcome import Outcome
from tests.hostile.named_servers import HOME, SIGN_IN
from tests.stand_ins.wire import Answer

ASK, BROKEN = Outcome.DISTRUSTED_REALM, Outcome.BROKEN_ANSWER
FAR = "https://sign-in.example.net/token"
NEAR = f"https://{SIGN_IN}/token"


@dataclass(frozen=True)
class Case:
    """A challenge as it is sent, the outcome, and whether the login may go to the sign-in host."""

    challenge: bytes
    outcome: Outcome
    signs_in: bool = False

    @property
    def answer(self) -> Answer:
        head = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nWWW-Authenticate: "
        return Answer(raw=head + self.challenge + b"\r\n\r\n{}")


def realm(text: str | bytes, outcome: Outcome = BROKEN) -> Case:
    raw = text.encode() if isinstance(text, str) else text
    return Case(b'Bearer realm="' + raw + b'",service="made-up"', outcome)


def challenge(text: str, outcome: Outcome = BROKEN, *, signs_in: bool = False) -> Case:
    return Case(text.encode(), outcome, signs_in)


STRANGE = {
    "another host": realm(FAR, ASK),
    "another host, our name in front": realm("https://registry.example.org.example.net/", ASK),
    "another host that looks alike": realm("https://registryexample.org/token", ASK),
    "another host in punycode": realm("https://xn--sgn-in-5va.example.net/token", ASK),
    "another host's other port": realm("https://sign-in.example.net:5000/token", ASK),
    "a name of the cloud's metadata": realm("https://metadata.google.internal/token", ASK),
    "another host that talks like GitLab": challenge(
        'Bearer realm="https://sign-in.example.net/jwt/auth",service="container_registry"', ASK
    ),
    "http on our own host": realm(f"http://{HOME}/token"),
    "http on our sign-in host": realm(f"http://{SIGN_IN}/token"),
    "http on another host": realm("http://sign-in.example.net/token"),
    "an IPv4 literal": realm("https://127.0.0.1/token", ASK),
    "an IPv6 literal": realm("https://[::1]/token", ASK),
    "the metadata address": realm("https://169.254.169.254/latest/meta-data/", ASK),
    "the metadata address by http": realm("http://169.254.169.254/latest/meta-data/"),
    "the metadata address in IPv6": realm("https://[::ffff:169.254.169.254]/token", ASK),
    "a number as address": realm("https://2130706433/token"),
    "a hex address": realm("https://0x7f.1/token"),
    "an IPv6 zone": realm("https://[fe80::1%25eth0]/token"),
    "our name as user info": realm(f"https://{HOME}@sign-in.example.net/token"),
    "user info with a password": realm(f"https://robot:made-up@{SIGN_IN}/token"),
    "a fragment": realm(f"https://{SIGN_IN}/token#@sign-in.example.net/"),
    "a fragment as host": realm(f"https://{HOME}#@sign-in.example.net/token"),
    "a backslash": realm(f"https://{SIGN_IN}\\\\@sign-in.example.net/token"),
    "a path only": realm("/token"),
    "no scheme": realm("//sign-in.example.net/token"),
    "a bare host": realm("sign-in.example.net"),
    "a file": realm("file:///etc/passwd"),
    "gopher": realm("gopher://sign-in.example.net/_token"),
    "ftp": realm("ftp://sign-in.example.net/token"),
    "a script": realm("javascript:alert(1)"),
    "nothing": realm(""),
    "no realm": challenge('Bearer service="made-up"'),
    "two realms, ours first": challenge(f'Bearer realm="{NEAR}",realm="{FAR}"'),
    "two realms, ours last": challenge(f'Bearer realm="{FAR}",REALM="{NEAR}"'),
    "Basic, then Bearer elsewhere": challenge(f'Basic realm="x", Bearer realm="{FAR}"', ASK),
    "Bearer elsewhere, then Basic": challenge(f'Bearer realm="{FAR}", Basic realm="x"', ASK),
    "Bearer elsewhere, then ours": challenge(
        f'Bearer realm="{FAR}",service="a", Bearer realm="{NEAR}",service="b"', ASK
    ),
    "ours, then Bearer elsewhere": challenge(
        f'Bearer realm="{NEAR}",service="a", Bearer realm="{FAR}",service="b"',
        Outcome.VALID,
        signs_in=True,
    ),
    "nine challenges": challenge(", ".join(f'Bearer realm="{NEAR}"' for _ in range(9))),
    "200 KB": realm(NEAR + "?x=" + "x" * 200_000),
    "60 KB": realm(NEAR + "?x=" + "x" * 60_000),
    "3 KB": realm(NEAR + "?x=" + "x" * 3_000),
    "a line break": realm(f"https://{SIGN_IN}\r\n .example.net/token"),
    "a header in the middle": realm(f"https://{SIGN_IN}/\r\nLocation: {FAR}\r\nX: "),
    "a bare line feed": realm(f"https://{SIGN_IN}/\ntoken"),
    "a zero byte": realm(f"https://{SIGN_IN}\0.example.net/token"),
    "a line break in the path": realm(f"https://{SIGN_IN}/%0d%0aX:%20y/../../token"),
    "letters beyond ASCII": realm("https://sígn-in.example.net/token"),
    "digits in circles": realm("https://①②⑦.⓪.⓪.①/token"),
    "a wide full stop": realm("https://127。0。0。1/token"),
    "a wide slash": realm("https://auth.example.org／.example.net/token"),
    "a trailing dot": realm(f"https://{SIGN_IN}./token"),
    "an empty label": realm("https://auth..example.org/token"),
    "an encoded host": realm("https://auth.example.org%2f.example.net/token"),
    "port 0": realm(f"https://{SIGN_IN}:0/token"),
    "port 65536": realm(f"https://{SIGN_IN}:65536/token"),
    "no port behind the colon": realm(f"https://{SIGN_IN}:/token"),
    "a quote that never ends": challenge(f'Bearer realm="{NEAR}'),
    "another scheme": challenge(f'Negotiate realm="{NEAR}"'),
}

# Trusted by rule at a first check (same registrable domain), but no pin of a later one.
NEIGHBORS = {
    "another port of ours": realm(f"https://{HOME}:5000/token", ASK),
    "another host of our domain": realm("https://other.example.org/token", ASK),
}
# The rule trusts the name; the address rules still refuse to call the port.
CLOSED_PORTS = {
    f"port {port}": realm(f"https://{SIGN_IN}:{port}/token", Outcome.FORBIDDEN_ADDRESS)
    for port in (22, 25, 2375, 6379)
}
