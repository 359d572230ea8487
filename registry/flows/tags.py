"""Ask for a repository's tags, and count a list by its start if it is too long or too slow."""

from collections.abc import Generator
from dataclasses import replace

from registry.conversation import Conversation, RecognizedAnswer
from registry.evidence import StepName
from registry.protocol.http import Authorization, Request, Response
from registry.protocol.tag_list import starts_tag_list
from registry.rules.common import NO_TAG_LIST


def ask_for_tags(
    conversation: Conversation,
    step: StepName,
    *,
    authorization: Authorization | None = None,
    hoped: tuple[int, ...] = (200,),
) -> Generator[Request, Response, RecognizedAnswer]:
    """Ask for the first tag of the need's repository, in one request.

    Many registries ignore `n` and send every tag. Of a list that is larger than the limit, that is
    cut, or that takes too long, the start is enough: it proves that the repository can be read. An
    answer of status 200 that is no such list proves nothing, and refuses nothing. Never raises.
    Source: distribution specification, "Listing Tags".
    """
    repository = conversation.need.repository
    path = f"/v2/{repository}/tags/list"
    request = Request(conversation.login.server, path, (("n", "1"),), authorization=authorization)
    answer = yield from conversation.ask(step, request, hoped=hoped)
    start = answer.unfinished
    if start is None or start.status != 200:
        return answer
    if starts_tag_list(start.body, repository):
        return conversation.accept_unfinished("saw_tags_begun", start)
    if answer.is_ok:
        conversation.refine(NO_TAG_LIST.says, NO_TAG_LIST)
        return replace(answer, rule=NO_TAG_LIST)
    return answer
