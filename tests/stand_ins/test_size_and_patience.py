"""Long tag lists, large pages and answers that do not end, over a real connection."""

import json

import pytest

from registry.addresses.server import parse_server
from registry.check import check
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.transport import session
from registry.verdicts.verdict import Verdict
from tests.hostile.asking import network
from tests.registry.scripted import NOW
from tests.stand_ins import answers
from tests.stand_ins.plain_registry import PlainRegistry
from tests.stand_ins.wire import Answer

REPOSITORY = "team/app"
PEOPLE = {"anna": "made-up-password-1"}
TAGS_PATH = f"/v2/{REPOSITORY}/tags/list"
LONG = json.dumps({"name": REPOSITORY, "tags": [f"made-up-{n:06}" for n in range(20_000)]}).encode()
OTHER = LONG.replace(b"team/app", b"team/other")
FILL = b"<p>made-up words</p>" * 10_000
PAGE = b"<!DOCTYPE html><html><head><title>Made-up company</title></head><body>" + FILL
SCHEMES = ["basic", "bearer"]
DRIP_S = 0.01


def tags(body: bytes, *, drip_s: float = 0, cut_after: int | None = None) -> Answer:
    return Answer(200, body, (answers.JSON,), drip_s=drip_s, cut_after=cut_after)


def asked(
    registry: PlainRegistry, *, password: str = "made-up-password-1"
) -> tuple[Evidence, Verdict]:
    """Check a login of anna's at this registry, for the repository."""
    server = parse_server(registry.url, allow_http=True).origin
    login = Login(server, "anna", Secret(password), http_allowed=True)
    with network() as net:
        return check(login, Need(repository=REPOSITORY), net, now=NOW)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_tag_list_of_300_kb_in_one_answer_is_valid(scheme: str) -> None:
    assert len(LONG) > 300_000
    with PlainRegistry({TAGS_PATH: tags(LONG)}, scheme=scheme, people=PEOPLE) as registry:
        evidence, verdict = asked(registry)
        assert (verdict.outcome, verdict.held) == (Outcome.VALID, ("pull",))
        assert verdict.message.key == "cause_valid_repository"
        assert (evidence.steps[-1].status, evidence.steps[-1].rule) == (200, "ok")
        _, refused = asked(registry, password="made-up-mistake")
        assert refused.outcome is Outcome.REJECTED


ENDLESS: dict[str, tuple[Answer, str]] = {
    "a list that drips": (tags(LONG, drip_s=DRIP_S), "cause_valid_repository"),
    "a list that is cut": (tags(LONG, cut_after=200), "cause_valid_repository"),
    "another repository's list that drips": (tags(OTHER, drip_s=DRIP_S), "cause_valid_unseen"),
    "another repository's list of 300 KB": (tags(OTHER), "cause_valid_unseen"),
    "spaces that drip": (answers.dripping(DRIP_S), "cause_valid_unseen"),
    "a list that is cut at once": (tags(LONG, cut_after=3), "cause_valid_unseen"),
    "a page of 200 KB": (Answer(200, PAGE, (answers.HTML,)), "cause_valid_unseen"),
    "silence": (answers.silent(), "cause_valid_unseen"),
    "no answer": (answers.hanging_up(), "cause_valid_unseen"),
    "another protocol": (answers.not_http(), "cause_valid_unseen"),
    "a demand to wait": (answers.throttled(), "cause_valid_unseen"),
    "a fault": (answers.failing(), "cause_valid_unseen"),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ENDLESS)
def test_a_proved_login_stays_valid_whatever_comes_of_its_tags(
    name: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "EXCHANGE_S", 1.0)
    answer, said = ENDLESS[name]
    with PlainRegistry({TAGS_PATH: answer}, scheme=scheme, people=PEOPLE) as registry:
        evidence, verdict = asked(registry)
    assert (verdict.outcome, verdict.message.key) == (Outcome.VALID, said)
    assert "made-up" not in repr(evidence.steps[-1])


@pytest.mark.parametrize("status", [200, 404])
def test_a_large_web_page_is_no_registry(status: int) -> None:
    with PlainRegistry({"/v2/": Answer(status, PAGE, (answers.HTML,))}) as registry:
        evidence, verdict = asked(registry)
    assert len(PAGE) > 200_000
    assert (verdict.outcome, verdict.message.key) == (Outcome.WRONG_SERVER, "cause_not_a_registry")
    assert "company" not in f"{evidence!r} {verdict!r}"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(401, PAGE, (answers.HTML,)), Outcome.REJECTED),
        (tags(b'{"token": "made-up-token"}' + b" " * 100_000), Outcome.BROKEN_ANSWER),
        (tags(b'{"token": "made-up-token"}', cut_after=26), Outcome.VALID),
        (tags(b'{"token": "made-up-token"}', cut_after=20), Outcome.BROKEN_ANSWER),
    ],
    ids=["a large refusal", "a token and 100 KB", "a whole token", "a token that is cut"],
)
def test_a_large_answer_of_the_sign_in_refuses_by_its_status_and_gives_no_token(
    answer: Answer, outcome: Outcome
) -> None:
    with PlainRegistry({"/token": answer, TAGS_PATH: tags(LONG)}) as registry:
        challenge = answers.challenged(f'Bearer realm="{registry.realm}",service="made-up"')
        registry.answers["/v2/"] = [challenge, answers.welcome()]
        _, verdict = asked(registry)
    assert verdict.outcome is outcome
