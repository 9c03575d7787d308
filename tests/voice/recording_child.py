"""A process that records in real time until it is killed; it says how many ticks it has recorded."""

import sys
import time
from pathlib import Path

from voice.audio.pcm import FRAME_BYTES
from voice.recording import Recorder


def main() -> None:
    recorder = Recorder(Path(sys.argv[1]))
    began, ticks = time.monotonic(), 0
    while True:
        time.sleep(max(0.0, began + ticks * 0.02 - time.monotonic()))
        recorder.tick(b"\x01\x00" * (FRAME_BYTES // 2), b"\x02\x00" * (FRAME_BYTES // 2))
        ticks += 1
        print(ticks, flush=True)


main()
