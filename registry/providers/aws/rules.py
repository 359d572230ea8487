"""What AWS answers to an access key that is not as it should be."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.providers.common_rules import API
from registry.rules.rule import ANY, Rule

TEMPORARY_KEY = Rule(
    "aws_temporary_key",
    frozenset({StepName.OFFLINE}),
    ANY,
    Outcome.REJECTED,
    "saw_offline",
    "cause_aws_temporary",
    ("do_aws_lasting",),
)
AWS_REFUSALS: tuple[Rule, ...] = (
    TEMPORARY_KEY,
    *(
        Rule(
            f"aws_clock_{number}",
            API,
            4,
            Outcome.BROKEN_ANSWER,
            "saw_clock",
            "cause_clock",
            ("do_clock",),
            text=text,
        )
        for number, text in enumerate(("signature expired", "signature not yet current"), 1)
    ),
    *(
        Rule(
            f"aws_key_unknown_{number}",
            API,
            4,
            Outcome.REJECTED,
            "saw_key_unknown",
            "cause_aws_key_unknown",
            ("do_aws_new_key",),
            text=text,
        )
        for number, text in enumerate(("unrecognizedclient", "invalidclienttokenid"), 1)
    ),
    *(
        Rule(
            f"aws_signature_{number}",
            API,
            4,
            Outcome.REJECTED,
            "saw_signature_wrong",
            "cause_aws_secret",
            ("do_aws_copy",),
            text=text,
        )
        for number, text in enumerate(("signaturedoesnotmatch", "invalidsignature"), 1)
    ),
    Rule(
        "aws_key_expired",
        API,
        4,
        Outcome.EXPIRED,
        "saw_token_expired",
        "cause_expired",
        ("do_aws_new_key",),
        text="expiredtoken",
    ),
    Rule(
        "aws_throttled",
        API,
        4,
        Outcome.THROTTLED,
        "saw_throttled",
        "cause_throttled",
        ("do_wait",),
        text="throttling",
    ),
)
"""The private and the public registry share them; what a key may do there, each says itself."""
