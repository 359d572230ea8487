"""What is wrong with something that a person typed: server, repository, pasted secret."""

WORDS: dict[str, str] = {}
