"""A made-up token of each kind that nothing else looks like."""

import re

from registry.providers.tokens_in_text import unmistakable_kinds
from registry.secret_kinds.kind import TokenKind

BODY = "MadeUp7Token" * 9
HEX = "0123456789abcdef" * 4
GITLAB = (
    *("glpat", "gldt", "glcbt", "gloas", "glrt", "glrtr", "glptt", "glft", "glimt"),
    *("glagent", "glsoat", "glffct", "glwt"),
)
KEY_FILE = '{{"type": "{word}", "private_key": "made up"}}'
SAMPLES = (
    *(f"{prefix}-{BODY[:20]}" for prefix in GITLAB),
    f"our-own-prefix-glpat-{BODY[:20]}",
    f"GR1348941{BODY[:20]}",
    f"_gitlab_session={HEX[:32]}",
    f"eyJ{BODY[:30]}.eyJ{BODY[:30]}.{BODY[:30]}",
    f"{BODY[:3]}8Q~{BODY[:33]}",
    f"{(BODY * 2)[:42]}+ACR{BODY[:6]}",
    f"cmVmdGtu{BODY[:56]}",
    f"AKCp{BODY[:69]}",
    f"dop_v1_{HEX}",
    f"nvapi-{BODY[:64]}",
    f"dckr_pat_{BODY[:27]}",
    f"dckr_oat_{BODY[:32]}",
    f"dckr_new_{BODY[:30]}",
    f"ghp_{BODY[:36]}",
    f"github_pat_{BODY[:40]}",
    f"ghs_{BODY[:36]}",
    f"ghu_{BODY[:36]}",
    f"ghr_{BODY[:36]}",
    f"gho_{BODY[:36]}",
    KEY_FILE.format(word="authorized_user"),
    KEY_FILE.format(word="external_account"),
    KEY_FILE.format(word="service_account"),
    f"ya29.{BODY[:60]}",
    f"QVdTOm{BODY}==",
)


def kinds_of(sample: str) -> list[TokenKind]:
    """The kinds whose pattern the sample matches."""
    return [kind for kind in unmistakable_kinds() if re.fullmatch(kind.pattern, sample)]
