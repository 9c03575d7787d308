"""stub"""
from dataclasses import dataclass
@dataclass(frozen=True)
class Request:
    wanted: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
def requested(words, text): return Request()
