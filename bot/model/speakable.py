"""What a text must be for a voice to say it and for a caller to remember it."""

import re

MAX_SPOKEN = 250
"""Letters, about eighteen seconds. The longest of ours has 130."""
_LINK = re.compile(
    r"https?://|www\.|(?<![@\w.-])[\w-]+\.(?:com|pl|cz|eu|net|org|uk|example)\b|\[[^\]]*\]\([^)]*\)", re.I
)
_MARKUP = re.compile(r"</?[a-z][^>]*>|\*\*|__|`|^\s*(?:[-*#]|\d+\.)\s", re.I | re.M)
_PICTURE = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")


def why_unspeakable(text: str) -> str | None:
    """Return what is wrong with a text for the phone and how to mend it, or nothing."""
    if len(text) > MAX_SPOKEN:
        return (
            f"the text for the phone has {len(text)} letters, and a caller remembers about {MAX_SPOKEN}: "
            "say the most important thing in one or two sentences"
        )
    if found := _LINK.search(text):
        return f"nobody can click on “{found.group()}” on the phone: say where it is found instead"
    if found := _MARKUP.search(text):
        return f"“{found.group().strip()}” would be read out on the phone: write plain sentences"
    if found := _PICTURE.search(text):
        return f"“{found.group()}” cannot be said on the phone: leave it out"
    return None
