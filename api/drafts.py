"""Values of requests, read by the forms of the pages: the same rules and the same sentences."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from pydantic import SecretStr

from api.errors import ApiError, Code, FieldFault
from api.schemas.credentials import CredentialChange, NewCredential
from common.durations import write_duration
from credentials_app.forms import CredentialForm
from credentials_app.forms.credential_fields import values_of
from credentials_app.forms.owner_field import people_of
from credentials_app.forms.schedule import NEVER
from credentials_app.models import Credential
from credentials_app.services.columns import version_of
from credentials_app.services.draft import Draft
from credentials_app.services.errors import OwnerNotHere
from workspaces.rights.seat import Seat

SHORTEST_ECHO = 3


def draft_to_add(seat: Seat, body: NewCredential) -> Draft:
    """The draft of a new credential; without an owner in the body it is the token's person.

    Raises ApiError that names every wrong value.
    """
    values = _typed(seat, body.model_dump())
    if "owner" not in body.model_fields_set:
        values["owner"] = str(seat.user.pk)
    return _draft(CredentialForm(seat, form_data(values)), values)


def draft_to_edit(seat: Seat, credential: Credential, body: CredentialChange) -> Draft:
    """The draft of a change: what the body leaves out stays. Raises ApiError."""
    changed = _typed(seat, body.model_dump(include=set(body.model_fields_set)))
    stored = values_of(credential)
    stored |= {
        "owner": str(credential.owner_id or ""),
        "expires_on": stored["expires_on"].isoformat() if stored["expires_on"] else "",
        "check_every": write_duration(stored["check_every"]) if stored["check_every"] else "",
        "remind_before": days_text(stored["remind_before"]),
        "seen": version_of(credential),
    }
    values = {**stored, **changed}
    return _draft(CredentialForm(seat, form_data(values), credential=credential), changed)


def form_data(values: Mapping[str, Any]) -> QueryDict:
    """The values as a browser would send them."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if isinstance(value, SecretStr):
            data[name] = value.get_secret_value()
        elif value not in (None, "", False):
            data[name] = "1" if value is True else str(value)
    return data


def days_text(days: list[int] | None) -> str:
    """Days of reminders as a person writes them."""
    if days is None:
        return ""
    return ", ".join(map(str, days)) or NEVER


def refuse_invalid(form: forms.Form, typed: Mapping[str, Any]) -> None:
    """Raise ApiError with each error of the form. A sentence that repeats a part of a value is
    left out."""
    if form.is_valid():
        return
    texts = " ".join(str(text) for text in form_data(typed).dict().values())
    said = [part for part in re.split(r"[\s/]+", texts) if len(part) >= SHORTEST_ECHO]
    faults = []
    for name, errors in form.errors.as_data().items():
        for error in errors:
            words = " ".join(error.messages)
            detail = "" if any(value in words for value in said) else words
            pointer = "" if name == "__all__" else f"/{name}"
            faults.append(FieldFault(pointer, error.code or "invalid", detail))
    raise ApiError(Code.INVALID, errors=faults)


def refuse_unknown(request: HttpRequest, known: frozenset[str]) -> None:
    """Raise ApiError for a parameter that this list does not have."""
    unknown = [name[:100] for name in request.GET if name not in known]
    if unknown:
        raise ApiError(Code.INVALID, errors=[FieldFault("query", "unknown_parameter")])


def _draft(form: CredentialForm, typed: Mapping[str, Any]) -> Draft:
    refuse_invalid(form, typed)
    return form.draft()


def _typed(seat: Seat, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a body under the names of the form's fields, as text."""
    if values.get("owner"):
        person = people_of(seat.workspace).filter(email__iexact=values["owner"]).first()
        if person is None:
            raise ApiError(
                Code.INVALID, errors=[FieldFault("/owner", "owner_not_here", OwnerNotHere.words)]
            )
        values["owner"] = str(person.pk)
    if "tags" in values:
        values["tags"] = ", ".join(values["tags"] or [])
    if "remind_before" in values:
        values["remind_before"] = days_text(values["remind_before"])
    if values.get("expires_on"):
        values["expires_on"] = values["expires_on"].isoformat()
    if values.get("use_anyway"):
        values["keep_name"] = True
    return values
