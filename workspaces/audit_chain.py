"""Pure. The hash chain of the audit log and its verifier. Standard library only: this file alone
verifies an export, by ``python audit_chain.py EXPORT.jsonl [ANCHORS.jsonl]``."""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "lockkeeper audit log 1"
INSTANCE = "instance"
"""The name of the chain of events that belong to no workspace."""
BEGIN, REMOVE = "audit:chain:begin", "audit:events:remove"
"""The event that stands for all events before the chain; the event that lets old ones end."""
ZERO = "0" * 64
HEAD, ANCHOR = "the head of the chain", "the anchor of "
POSITION = ("number", "prev", "hash", "seq", "workspace")
MOST_SUSPECTS = 300
Event = Mapping[str, Any]
Anchors = dict[int, dict[str, str]]
"""By number: the hash, and where it was written down."""


def canonical_json(values: Mapping[str, Any]) -> bytes:
    """JSON in one spelling: sorted keys, no spaces, ASCII only."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def chain_of(event: Event) -> str:
    """The name of the event's chain: its workspace, or the instance."""
    return event["workspace"] or INSTANCE


def link(event: Event, *, chain: str = "", number: int | None = None, prev: str = "") -> str:
    """The hash of an event at its place: of its content, chain, number and the hash before it."""
    content = {key: value for key, value in event.items() if key not in POSITION}
    place = {
        "format": FORMAT,
        "chain": chain or chain_of(event),
        "number": event["number"] if number is None else number,
        "prev": prev or event["prev"],
        "content": hashlib.sha256(canonical_json(content)).hexdigest(),
    }
    return hashlib.sha256(canonical_json(place)).hexdigest()


class Earlier:
    """Count and digest of the events before the chain, in their order."""

    def __init__(self) -> None:
        self.count, self.last, self._digest = 0, 0, hashlib.sha256(FORMAT.encode())

    def add(self, event: Event) -> None:
        """Count the next event; its number in the log belongs to its content."""
        left_out = {"number", "prev", "hash"}
        content = {key: value for key, value in event.items() if key not in left_out}
        self._digest.update(canonical_json(content) + b"\n")
        self.count, self.last = self.count + 1, event["seq"]

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


@dataclass(frozen=True)
class Flaw:
    """What is wrong in one chain. ``event`` is the id of the event, if there is one left."""

    chain: str
    kind: str
    words: str
    number: int | None = None
    event: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"


@dataclass(frozen=True)
class Head:
    """What is written down of a chain: its last event, and the last one that was removed."""

    number: int = 0
    hash: str = ZERO
    removed: int = 0
    removed_hash: str = ZERO


class Walk:
    """Verifies one chain: give it head and anchors, then its events in the order of the log."""

    def __init__(self, chain: str, head: Head, anchors: Mapping[str, Anchors]) -> None:
        self.chain, self.head = chain, head
        self.anchors = {number: dict(there) for number, there in anchors.get(chain, {}).items()}
        if head.number:
            self.anchors.setdefault(head.number, {}).setdefault(head.hash, HEAD)
        self.expected, self.link = head.removed + 1, head.removed_hash
        self.earlier, self.begun, self.is_confirmed = Earlier(), False, head.removed == 0
        self.before: Event | None = None
        self.begin: Event | None = None
        self.findings: list[Flaw] = []
        self.missing: list[tuple[int, int]] = []
        self.suspects: list[Event] = []

    def add(self, event: Event) -> None:
        """Take the next event of this chain."""
        number = event["number"]
        if number is None and not self.begun:
            self.earlier.add(event)
        elif number is None:
            self.find("inserted", event, "is not in the chain, although the chain had begun")
        elif link(event) != event["hash"]:
            if len(self.suspects) < MOST_SUSPECTS:
                self.suspects.append(event)
            else:
                self.find("changed", event, "is not what was written")
        elif number >= self.expected:
            self._advance(event)
        elif self.take_missing(number):
            self.find("swapped", event, "stands behind later events")
        else:
            self.find("inserted", event, "has a number that another event has")
        self.begun = self.begun or number is not None

    def _advance(self, event: Event) -> None:
        number = event["number"]
        if number > self.expected:
            self.missing.append((self.expected, number - 1))
        elif event["prev"] != self.link:
            words = "was written again: the next one does not follow it"
            self.find("changed", self.before or event, words)
        self.before, self.expected, self.link = event, number + 1, event["hash"]
        details = event["details"]
        self.begin = event if event["action"] == BEGIN and number == 1 else self.begin
        if event["action"] == REMOVE and details.get("through") == self.head.removed:
            self.is_confirmed |= details.get("digest") == self.head.removed_hash
        for hash_there, where in self.anchors.get(number, {}).items():
            if hash_there != event["hash"]:
                words = f"does not agree with {where}: one of them, or an earlier event, is forged"
                self.find("head" if where == HEAD else "changed", event, words)

    def take_missing(self, number: int) -> bool:
        """Remove a number from those that are missing; False if it is not among them."""
        for place, (first, last) in enumerate(self.missing):
            if first <= number <= last:
                rest = [(first, number - 1), (number + 1, last)]
                self.missing[place : place + 1] = [(a, b) for a, b in rest if a <= b]
                return True
        return False

    def lacks(self, number: int) -> bool:
        """True if the event with this number is missing."""
        return any(first <= number <= last for first, last in self.missing)

    def end(self, last_head: int | None = None) -> None:
        """After the last event. ``last_head``: the head's number now, if it may have grown."""
        if self.expected <= self.head.number:
            self.missing.append((self.expected, self.head.number))
        grown = self.head.number if last_head is None else last_head
        if self.before is not None and self.before["number"] > grown:
            self.find("head", self.before, f"comes after the head, which ends at event {grown}")
        if not self.is_confirmed:
            words = f"No event says that those through {self.head.removed} were removed."
            self.findings.append(Flaw(self.chain, "missing", words))
        self._end_earlier()
        for number, places in self.anchors.items():
            if number >= self.expected and not self.lacks(number):
                words = f"Event {number}, which {', '.join(places.values())} names, was cut off."
                self.findings.append(Flaw(self.chain, "cut", words, number))

    def _end_earlier(self) -> None:
        details = self.begin["details"] if self.begin else {"count": 0, "digest": Earlier().digest}
        found = {"count": self.earlier.count, "digest": self.earlier.digest}
        if self.begin is None and (self.head.removed or self.suspects or self.lacks(1)):
            return
        if any(details.get(key) != value for key, value in found.items()):
            words = (
                f"The {details.get('count')} events before the chain are not those that event 1 "
                f"counted: {found['count']} are there"
            )
            self.findings.append(Flaw(self.chain, "earlier", f"{words}.", 1))

    def find(self, kind: str, event: Event, words: str, number: int | None = None) -> None:
        """Note a finding that names an event."""
        number = event["number"] if number is None else number
        name = f"Event {number} ({event['id']}, {event['action']}, log number {event['seq']})"
        self.findings.append(Flaw(self.chain, kind, f"{name} {words}.", number, event["id"]))


def conclude_walks(walks: Mapping[str, Walk]) -> list[Flaw]:
    """All findings, once every walk has ended: what one chain lacks may stand in another."""
    for walk in walks.values():
        for event in _without_swapped(walk):
            if not _is_moved(event, walk, walks):
                _judge(event, walk)
    for walk in walks.values():
        walk.findings += _gaps(walk)
    return [finding for walk in walks.values() for finding in walk.findings]


def _without_swapped(walk: Walk) -> list[Event]:
    """The suspects that are at no other suspect's place."""
    places = {}
    for place in walk.suspects:
        at = {"chain": walk.chain, "number": place["number"], "prev": place["prev"]}
        places[place["hash"]] = at
    left = []
    for event in walk.suspects:
        home = next((at for at in places.items() if link(event, **at[1]) == at[0]), None)
        if home is None:
            left.append(event)
            continue
        walk.take_missing(event["number"])
        walk.find("swapped", event, f"stands at the place of event {home[1]['number']}")
    return left


def _is_moved(event: Event, walk: Walk, walks: Mapping[str, Walk]) -> bool:
    for other in walks.values():
        if other is not walk and link(event, chain=other.chain) == event["hash"]:
            other.take_missing(event["number"])
            other.find("moved", event, f"was moved to {walk.chain}")
            return True
    return False


def _judge(event: Event, walk: Walk) -> None:
    """A suspect that is nowhere else: changed if its number is missing, else inserted."""
    if walk.take_missing(event["number"]):
        walk.find("changed", event, "is not what was written")
        return
    for first, last in walk.missing:
        for number in range(first, min(last, first + MOST_SUSPECTS) + 1):
            if link(event, number=number) == event["hash"]:
                walk.take_missing(number)
                walk.find("changed", event, f"was event {number}", number)
                return
    walk.find("inserted", event, "was not written by Lockkeeper")


def _gaps(walk: Walk) -> Iterator[Flaw]:
    for first, last in walk.missing:
        which = f"Event {first} is" if first == last else f"Events {first} to {last} are"
        is_cut = last == walk.head.number >= walk.expected
        why = ": the end was cut off, or the head is forged" if is_cut else ""
        yield Flaw(walk.chain, "cut" if is_cut else "missing", f"{which} missing{why}.", first)


def read_anchors(lines: Iterable[str]) -> dict[str, Anchors]:
    """The anchors of a file by chain: a JSON object in each line."""
    anchors: dict[str, Anchors] = {}
    for each in map(json.loads, filter(str.strip, lines)):
        places = anchors.setdefault(each["chain"], {}).setdefault(int(each["number"]), {})
        places[each["hash"]] = f"{ANCHOR}{each['at']}"
    return anchors


def verify_export(lines: Iterable[str], anchors: Mapping[str, Anchors]) -> tuple[int, list[Flaw]]:
    """The number of events in an export, and what is wrong. Raises ValueError: it is none."""
    walks: dict[str, Walk] = {}
    count = 0
    for each in map(json.loads, filter(str.strip, lines)):
        if each.get("format") == FORMAT:
            head = Head(*(each[key] for key in ("number", "hash", "removed", "removed_hash")))
            walks[each["chain"]] = Walk(each["chain"], head, anchors)
        elif not walks:
            raise ValueError("This is no complete export of an audit log: it begins with no head.")
        else:
            count += 1
            chain = chain_of(each)
            walks.setdefault(chain, Walk(chain, Head(), {})).add(each)
    for walk in walks.values():
        walk.end()
    return count, conclude_walks(walks)


def main(arguments: list[str]) -> int:
    """Verify an export. Returns 0 if it is whole, 1 if not, 2 if it cannot be read."""
    if len(arguments) not in (1, 2):
        sys.stderr.write("usage: audit_chain.py EXPORT.jsonl [ANCHORS.jsonl]\n")
        return 2
    try:
        anchors = read_anchors(Path(arguments[1]).read_text().splitlines()) if arguments[1:] else {}
        with Path(arguments[0]).open(encoding="utf-8") as export:
            count, findings = verify_export(export, anchors)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"It cannot be read: {type(error).__name__}: {error}\n")
        return 2
    for finding in findings:
        sys.stdout.write(f"{finding.chain}: {finding}\n")
    sys.stdout.write(f"{count} events: {'NOT whole' if findings else 'whole'}.\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
