"""The start of a list of tags, and what only looks like one."""

import json

import pytest

from registry.protocol.tag_list import starts_tag_list

LONG = json.dumps({"name": "team/app", "tags": [f"made-up-{n}" for n in range(20_000)]}).encode()
DIGEST = "sha256:" + "0a" * 32
LISTS = {
    "a long list": LONG[:65536],
    "the name only": b'{"name":"team/app"',
    "the name and no tags yet": b'{"name":"team/app","tags":null',
    "a name without the folder of the address": b'{ "name" : "app", "tags": [',
    "an escaped slash": rb'{"name":"team\/app","tags":["1"',
    "a mark of the byte order, and lines": b'\xef\xbb\xbf\n{\n  "name": "team/app",\n',
    "the tags first": b'{"tags":["1.0","1.1',
    "Google's images first": f'{{"child":["a","b"],"manifest":{{"{DIGEST}":{{"tag"'.encode(),
    "Google's images, no folders": f'{{"child":[],"manifest":{{"{DIGEST}"'.encode(),
}
OTHERS = {
    "nothing": b"",
    "spaces": b" " * 65536,
    "an object without members yet": b"{",
    "half a name": b'{"name":"team/ap',
    "another repository": b'{"name":"team/other","tags":["1"',
    "a repository that ends alike": b'{"name":"my-app","tags":["1"',
    "a longer name": b'{"name":"my/team/app","tags":["1"',
    "an empty name": b'{"name":"","tags":["1"',
    "a name that is no text": b'{"name":7,"tags":["1"',
    "a broken escape": rb'{"name":"team/\uZZZZ","tags":["1"',
    "no tag yet": b'{"tags":[',
    "no tags at all": b'{"tags":[]',
    "a tag that is none": b'{"tags":["<script>"',
    "an error": b'{"errors":[{"code":"UNAUTHORIZED"',
    "a page": b"<!DOCTYPE html><html>",
    "a page that quotes a list": b'<p>{"name":"team/app","tags":["1"',
    "a list of lists": b'[{"name":"team/app"',
    "Google's folders only": b'{"child":["a","b"],"manifest":{',
    "binary": bytes(range(256)),
    "deep": b"[" * 65536,
    "strings without an end": b'{"child":[' + b'"a",' * 16000,
    "backslashes": b'{"name":"' + b"\\\\" * 32000,
}


@pytest.mark.parametrize("name", LISTS)
def test_the_start_of_a_tag_list_is_recognized(name: str) -> None:
    assert starts_tag_list(LISTS[name], "team/app")


@pytest.mark.parametrize("name", OTHERS)
def test_anything_else_is_no_tag_list(name: str) -> None:
    assert not starts_tag_list(OTHERS[name], "team/app")
