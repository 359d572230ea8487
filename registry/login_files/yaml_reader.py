"""Reads YAML within limits and as plain text: no types, no tags, no anchors."""

from collections.abc import Iterator

import yaml

from registry.login_files.entry import FileFault

MAX_DEPTH = 20
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Events = Iterator[yaml.Event]


def read_yaml(text: str, place: str) -> list[object]:
    """The documents of a YAML text, made of dict, list and str only.

    Every plain value is its text: `yes`, `1` and `2026-01-01` are no booleans, numbers or dates.
    An anchor, an alias or a tag is refused, so that a small file never becomes a large value.
    Raises :class:`FileFault` with the line, and never with the text itself. Source: YAML 1.1.
    """
    events = yaml.parse(text, Loader=LOADER)
    try:
        return [
            _value(next(events), events, place, 1)
            for event in events
            if isinstance(event, yaml.DocumentStartEvent)
        ]
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)  # none for a character that YAML forbids
        line = mark.line + 1 if mark else 1
    raise FileFault("file_not_yaml", place=place, line=str(line))


def _value(event: yaml.Event, events: Events, place: str, depth: int) -> object:
    _refuse(event, place, depth)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, place, depth)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(_value(item, events, place, depth + 1))
        return items
    text: str = getattr(event, "value", "")
    return text


def _mapping(events: Events, place: str, depth: int) -> dict[str, object]:
    found: dict[str, object] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(event, events, place, depth + 1)
        if not isinstance(key, str):
            raise FileFault("file_not_yaml", place=place, line=str(_line(event)))
        if key in found:
            raise FileFault("file_repeated", place=f"{place}, line {_line(event)}")
        found[key] = _value(next(events), events, place, depth + 1)
    return found


def _refuse(event: yaml.Event, place: str, depth: int) -> None:
    if getattr(event, "anchor", None) or getattr(event, "tag", None):  # an alias has its anchor
        raise FileFault("file_alias", place=place, line=str(_line(event)))
    if depth > MAX_DEPTH:
        raise FileFault("file_deep", place=place, levels=str(MAX_DEPTH))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
