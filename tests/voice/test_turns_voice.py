"""Voice, endpoints and barge-in on speech of espeak-ng in noise: the figures that a call rests on."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from tests.voice.speech_signals import NOISES, frames, noisy, silence, spoken, telephone, trimmed
from voice.audio import pcm
from voice.turns.barge_in import BargeIn
from voice.turns.endpoint import Endpointer, NoSpeech, SpeechEnded, SpeechStarted
from voice.turns.vad import Vad, VadSettings

SAID = {
    "en": ("where is my order", "one zero zero two three", "yes", "no thank you", "a person please"),
    "pl": ("gdzie jest moja paczka", "jeden zero zero dwa trzy", "tak", "nie dziękuję", "z konsultantem"),
    "cs": ("kde je moje objednávka", "jedna nula nula dva tři", "ano", "ne děkuji", "na operátora prosím"),
}
LEAD = 1.5


@dataclass(frozen=True)
class Case:
    frames: list[bytes]
    begin: float
    end: float


def said(text: str, lang: str) -> bytes:
    return trimmed(telephone(spoken(text, lang, rate=150)), below_db=30)


def cases(noise: str, snr: float, *, pause: float = 0.0) -> list[Case]:
    """Every sentence; with a pause, two of them with so much of it between."""
    made = []
    for lang, texts in SAID.items():
        for number, text in enumerate(texts):
            speech = body = said(text, lang)
            if pause:
                body = speech + silence(pause) + said(texts[(number + 2) % len(texts)], lang)
            begin = LEAD + 0.007 * number
            audio = silence(begin) + body + silence(1.2)
            under = NOISES[noise](pcm.seconds(audio) + 0.1, 40 + number)
            made.append(
                Case(frames(noisy(audio, under, snr, speech=speech)), begin, begin + pcm.seconds(body))
            )
    return made


def end_of_turn(case: Case) -> float | None:
    """Seconds from the true end of the speech to the turn's end; none where nothing was heard.

    The call's VAD has heard the line while the prompt played; the turn begins shortly before the caller.
    """
    vad, turn = Vad(), Endpointer()
    opened = int(case.begin / pcm.FRAME_SECONDS) - 10
    for frame in case.frames[:opened]:
        vad.feed(frame)
    for number, frame in enumerate(case.frames[opened:], opened + 1):
        event = turn.feed(pcm.FRAME_SECONDS, vad.feed(frame))
        if turn.ended:
            return number * pcm.FRAME_SECONDS - case.end if isinstance(event, SpeechEnded) else None
    return None


@pytest.mark.parametrize(("noise", "snr"), list(itertools.product(NOISES, (25, 15, 12))))
def test_a_turn_ends_within_600_ms_of_the_true_end(noise: str, snr: float) -> None:
    late = [end_of_turn(case) for case in cases(noise, snr)]
    heard = [seconds for seconds in late if seconds is not None]
    assert len(heard) == len(late), "everybody is heard"
    assert max(heard) <= 0.45 + 0.15 + 1e-6
    too_soon = sum(seconds < 0.1 for seconds in heard)
    assert too_soon <= (0 if snr >= 25 else 1)


PAUSES = [(noise, snr, 0.0 if snr >= 25 else 0.2) for noise in NOISES for snr in (99, 25, 15, 12)]


@pytest.mark.parametrize(("noise", "snr", "share"), PAUSES)
def test_a_pause_of_300_ms_cuts_nobody_off(noise: str, snr: float, share: float) -> None:
    """Where the noise is as loud as the ends of words, what remains of them is farther apart than 300 ms."""
    ends = [end_of_turn(case) for case in cases(noise, snr, pause=0.3)]
    cut = sum(seconds is None or seconds < 0.1 for seconds in ends)
    assert cut <= share * len(ends)


def alone(noise: str, seed: int, *, seconds: float = 6.0, below_db: float = 35.0) -> list[bytes]:
    """Noise 15 dB below a caller who speaks at -20 dB."""
    wide = NOISES[noise](seconds, seed)
    return frames(pcm.saturated(np.rint(wide / np.sqrt(np.mean(wide**2)) * 32768 * 10 ** (-below_db / 20))))


@pytest.mark.parametrize("noise", NOISES)
def test_noise_interrupts_fewer_than_one_prompt_in_fifty(noise: str) -> None:
    """From the call's first frame on, when the line is not known yet."""
    prompts, false = 60, 0
    for seed in range(prompts):
        vad, barge_in = Vad(), BargeIn()
        for frame in alone(noise, seed):
            vad.feed(frame)
            false += barge_in.feed(vad.clear)
    assert false / prompts < 0.02


@pytest.mark.parametrize("noise", ["white", "car"])
@pytest.mark.parametrize("snr", [25, 15])
def test_a_caller_who_speaks_over_the_prompt_is_heard(noise: str, snr: float) -> None:
    delays = []
    for case in cases(noise, snr):  # one word, some of them
        vad, barge_in = Vad(), BargeIn()
        for number, frame in enumerate(case.frames, 1):
            vad.feed(frame)
            if barge_in.feed(vad.clear):
                delays.append(number * pcm.FRAME_SECONDS - case.begin)
                break
    assert len(delays) == 15
    assert min(delays) > 0
    assert sorted(delays)[7] <= 0.2
    assert max(delays) <= 0.3


def knock(seed: int) -> list[bytes]:
    """A handset that hits a table, ringing for 20 to 50 ms, on a line with faint noise."""
    rng = np.random.default_rng(seed)
    at = np.arange(pcm.RATE) / pcm.RATE
    ringing = rng.standard_normal(pcm.RATE) * np.exp(-at / rng.uniform(0.02, 0.05))
    struck = telephone(pcm.saturated(np.rint(6000 * ringing)))
    return alone("white", seed, seconds=3.0, below_db=45) + frames(struck)


def test_a_knock_stops_no_prompt() -> None:
    stopped = 0
    for seed in range(20):
        vad, barge_in = Vad(), BargeIn()
        for frame in knock(seed):
            vad.feed(frame)
            stopped += barge_in.feed(vad.clear)
    assert stopped <= 1


@pytest.mark.parametrize("noise", NOISES)
def test_steady_noise_begins_no_turn(noise: str) -> None:
    begun = 0
    for seed in range(20):
        vad, turn = Vad(), Endpointer()
        heard = alone(noise, seed, seconds=8.0)
        for frame in heard[:50]:
            vad.feed(frame)
        for frame in heard[50:]:
            event = turn.feed(pcm.FRAME_SECONDS, vad.feed(frame))
            begun += isinstance(event, SpeechStarted)
            if isinstance(event, NoSpeech):
                break
    assert begun <= 1


def test_digital_silence_and_faint_line_noise_are_never_voice() -> None:
    for mode in range(4):
        vad = Vad(mode)
        for frame in [pcm.SILENCE] * 50 + alone("white", 1, below_db=58) + alone("car", 2, below_db=58):
            assert not vad.feed(frame)
            assert not vad.clear


def test_a_line_that_grows_loud_is_learnt_within_a_few_seconds() -> None:
    vad = Vad()
    for frame in alone("white", 1, seconds=2.0, below_db=55):
        vad.feed(frame)
    loud = [vad.feed(frame) for frame in alone("white", 2, seconds=10.0, below_db=30)]
    assert not any(loud[250:])
    assert vad.noise_level == pytest.approx(-30, abs=2)


def test_a_caller_who_speaks_at_once_is_heard() -> None:
    vad = Vad()
    heard = [vad.feed(frame) for frame in frames(said("where is my order", "en"))]
    assert sum(heard) > 0.8 * len(heard)


def test_a_barge_in_is_told_once_and_needs_what_was_asked_for() -> None:
    barge_in = BargeIn()
    told = [barge_in.feed(number % 3 != 0) for number in range(60)]
    assert told.count(True) == 1
    assert told.index(True) == 7
    quick = BargeIn(needed=2, window=3)
    assert [quick.feed(voice) for voice in (True, False, False, True, True)] == [
        False,
        False,
        False,
        False,
        True,
    ]
    with pytest.raises(ValueError, match="needed"):
        BargeIn(needed=5, window=4)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="modes"):
        Vad(mode=4)
    with pytest.raises(ValueError, match="320"):
        Vad().feed(bytes(160))
    with pytest.raises(ValueError, match="snr"):
        Vad(settings=VadSettings(drowned_snr=30))
