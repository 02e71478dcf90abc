"""What an uploaded prompt is: the format of a WAV file (RIFF, "Multimedia Programming Interface", WAVE form)."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from typing import Any, Final

ENCODINGS: Final = {1: "PCM", 6: "ALAW", 7: "ULAW"}
FMT_MIN: Final = 16


@dataclass(frozen=True, slots=True)
class Sound:
    """``seconds`` of sound in one of the encodings of AudioFormat."""

    channels: int
    bits: int
    rate: int
    encoding: str
    seconds: float

    def format(self) -> dict[str, Any]:
        """AudioFormat."""
        return {
            "channels": self.channels,
            "bitsPerSample": self.bits,
            "sampleRate": self.rate,
            "encoding": self.encoding,
        }


def sound(data: bytes) -> Sound | None:
    """The sound of a WAV file in PCM, A-law or µ-law; None for anything else."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            seconds = file.getnframes() / max(file.getframerate(), 1)
            return Sound(file.getnchannels(), file.getsampwidth() * 8, file.getframerate(), "PCM", round(seconds, 3))
    except (wave.Error, EOFError, RuntimeError):
        return _companded(data)


def _companded(data: bytes) -> Sound | None:
    """A-law and µ-law, which the standard library's reader refuses."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    chunks: dict[bytes, bytes] = {}
    place = 12
    while place + 8 <= len(data) and len(chunks) < 32:
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        chunks[data[place : place + 4]] = data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
    about, samples = chunks.get(b"fmt ", b""), chunks.get(b"data", b"")
    if len(about) < FMT_MIN:
        return None
    encoding = ENCODINGS.get(int.from_bytes(about[0:2], "little"))
    channels, rate = int.from_bytes(about[2:4], "little"), int.from_bytes(about[4:8], "little")
    bits = int.from_bytes(about[14:16], "little")
    if encoding in (None, "PCM") or not channels or not rate:
        return None
    return Sound(channels, bits, rate, str(encoding), round(len(samples) / (rate * channels), 3))
