"""On its own: names that other people chose, in mails to people who know neither. Pure.

Whoever invites a stranger chooses their own name and those of the workspace and the organization.
In a mail of the instance such words could call for a payment, with a link or a number to call.
"""

import re

LONGEST = 40
LINK = re.compile(r"(?i)[a-z]+:|//|@|\bwww\b|\w[.\u3002\uff0e\uff61\u2024]\w\w")
PARTS_OF_A_LINK = re.compile(r"[.:/\\@\u3002\uff0e\uff61\u2024]+")
NUMBER_TO_CALL = re.compile(r"\+?\d(?:[\s()./-]*\d){6,}")


def quoted(name: str) -> str:
    """The name in quotation marks: at most 40 characters, no link, no number to call."""
    plain = NUMBER_TO_CALL.sub("…", " ".join(name.split()))
    if LINK.search(plain):
        plain = " ".join(PARTS_OF_A_LINK.sub(" ", plain).split())
    if len(plain) > LONGEST:
        plain = f"{plain[: LONGEST - 1].rstrip()}…"
    return f"“{plain}”"
