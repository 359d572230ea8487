"""Every fault that a request can have is told in a sentence, without the value."""

from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from api.fault_words import OTHERWISE, words_of_fault


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(min_length=3, max_length=5, pattern="^[a-z]*$")] = "abc"
    need: Literal["pull", "push"] = "pull"
    number: Annotated[int, Field(ge=1, le=9)] = 1
    is_on: bool = True
    key: UUID = UUID(int=0)
    at: AwareDatetime | None = None
    items: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "ab"}, "It needs at least 3 characters."),
        ({"text": "abcdef"}, "It has at most 5 characters."),
        ({"text": "ABC"}, "It has a character that is not allowed here."),
        ({"text": 3}, "It must be a text."),
        ({"need": "pul"}, "It must be 'pull' or 'push'."),
        ({"number": 0}, "It must be at least 1."),
        ({"number": 10}, "It must be at most 9."),
        ({"number": "one"}, "It must be a whole number."),
        ({"is_on": "perhaps"}, "It must be true or false."),
        ({"key": "made-up"}, "It must be a key"),
        ({"at": "2026-02-30"}, "It must be a moment"),
        ({"at": "2026-02-03T10:00:00"}, "It must be a moment"),
        ({"items": []}, "It needs at least 1 items."),
        ({"items": [1, 2, 3]}, "It has at most 2 items."),
        ({"items": "made-up"}, "It must be a list."),
        ({"made-up": 1}, "There is no such member."),
    ],
)
def test_a_fault_has_its_sentence(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate(change)
    [fault] = refused.value.errors()
    assert words_of_fault(dict(fault)).startswith(words)
    assert "made-up" not in words_of_fault(dict(fault))


def test_a_fault_of_another_version_has_one_too() -> None:
    assert words_of_fault({"type": "made_up"}) == OTHERWISE
