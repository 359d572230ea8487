"""The English words of every message key, a file per subject; data only."""

from registry.words import addresses, advice, causes, hosted, profiles, providers, steps

WORDS: dict[str, str] = {
    **addresses.WORDS,
    **steps.WORDS,
    **causes.WORDS,
    **advice.WORDS,
    **providers.WORDS,
    **hosted.WORDS,
    **profiles.WORDS,
}
