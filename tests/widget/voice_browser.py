"""What a voice test needs of a page: a microphone that plays a WAV, and an ear at the loudspeaker."""

import wave
from pathlib import Path

from voice_gateway import tone

MELODY = (400.0, 1_000.0, 2_500.0)
"""Hz. Bursts, because the browser's noise suppression takes a steady tone for noise."""
BURST, PAUSE = 0.4, 0.3
"""Seconds."""

EAR = """() => {
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode) {
        window.ear = this.context.createAnalyser();
        window.ear.fftSize = 8192;
        window.ear.smoothingTimeConstant = 0;
        connect.call(this, window.ear);
        window.contexts = [...(window.contexts ?? []), this.context];
    }
    return connect.call(this, to, ...more);
};
window.loudness = () => {
    const samples = new Float32Array(2048);
    window.ear.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
};
window.pitch = () => {
    const bins = new Float32Array(window.ear.frequencyBinCount);
    window.ear.getFloatFrequencyData(bins);
    const top = bins.indexOf(Math.max(...bins));
    return top * window.ear.context.sampleRate / window.ear.fftSize;
};
}"""
"""Run before the call: listens where anything is played."""

WORKLET = """async ([url, rate, parts]) => {
    const length = Math.round(rate * parts.reduce((sum, [seconds]) => sum + seconds, 0));
    const context = new OfflineAudioContext(1, length, rate);
    await context.audioWorklet.addModule(url);
    const node = new AudioWorkletNode(context, 'centrala-line', { outputChannelCount: [1] });
    const frames = [];
    node.port.onmessage = ({ data }) => data instanceof ArrayBuffer && frames.push(...new Int16Array(data));
    let at = 0;
    for (const [seconds, hertz, level] of parts) {
        const voice = new OscillatorNode(context, { frequency: hertz });
        voice.connect(new GainNode(context, { gain: level })).connect(node);
        voice.start(at);
        voice.stop(at += seconds);
    }
    node.connect(context.destination);
    await context.startRendering();
    while (frames.length < length / rate * 8000 - 400) await new Promise(done => setTimeout(done, 20));
    return frames;
}"""
"""Runs the audio thread's part as fast as it goes, without a microphone; gives samples at 8 kHz."""


def melody(path: Path) -> Path:
    """Write the microphone's WAV; Chromium plays it over and over."""
    rate = 48_000
    sound = b"".join(tone(BURST, hertz, 12_000, rate) + bytes(int(PAUSE * rate) * 2) for hertz in MELODY)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound)
    return path
