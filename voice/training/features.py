"""MFCC as libvosk computes them: what `conf/mfcc.conf` of the model says, here for training."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voice.training.channel import RATE
from voice.training.errors import TrainingError

DIMENSION = 30
SHIFT = 0.01
CENTRE = 0.0125
"""Of the first frame, in seconds: half of a frame's 25 ms."""
_BINS, _LOW_HZ, _HIGH_HZ = 30, 100, 3700
CONFIGURATION = (
    f"--sample-frequency={RATE}\n--use-energy=false\n--num-mel-bins={_BINS}\n--num-ceps={DIMENSION}\n"
    f"--low-freq={_LOW_HZ}\n--high-freq={_HIGH_HZ}\n--dither=0\n"
)
"""The same as text for Kaldi."""


class Mfcc:
    """Raises `TrainingError` where the extra `training` is not installed."""

    def __init__(self) -> None:
        try:
            import kaldi_native_fbank as knf
        except ImportError:
            raise TrainingError(
                "the extra 'training' is missing: uv pip install 'centrala[training]'"
            ) from None
        self._make: Any = knf.OnlineMfcc
        self._options: Any = knf.MfccOptions()
        self._options.frame_opts.samp_freq = RATE
        self._options.frame_opts.dither = 0
        self._options.frame_opts.snip_edges = True
        self._options.mel_opts.num_bins = _BINS
        self._options.mel_opts.low_freq = _LOW_HZ
        self._options.mel_opts.high_freq = _HIGH_HZ
        self._options.num_ceps = DIMENSION
        self._options.use_energy = False

    def of(self, pcm: bytes) -> npt.NDArray[np.float32]:
        """Give frames of 10 ms (n, 30) of 8 kHz s16le audio."""
        mfcc = self._make(self._options)
        mfcc.accept_waveform(RATE, np.frombuffer(pcm, "<i2").astype(np.float32).tolist())
        mfcc.input_finished()
        frames = [mfcc.get_frame(index) for index in range(mfcc.num_frames_ready)]
        return np.stack(frames).astype(np.float32) if frames else np.zeros((0, DIMENSION), np.float32)
