from __future__ import annotations

import io
import struct
import wave

import pytest

from understudy.architect_api.audio import sound


def pcm(seconds: float = 0.5, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(bytes(int(seconds * rate) * 2))
    return file.getvalue()


def companded(encoding: int, samples: int = 4000, channels: int = 1) -> bytes:
    about = struct.pack("<HHIIHH", encoding, channels, 8000, 8000, 1, 8)
    chunks = b"fmt " + struct.pack("<I", 16) + about + b"data" + struct.pack("<I", samples) + bytes(samples)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def test_pcm_is_told_with_its_length() -> None:
    heard = sound(pcm())
    assert heard is not None
    assert heard.seconds == 0.5
    assert heard.format() == {"channels": 1, "bitsPerSample": 16, "sampleRate": 8000, "encoding": "PCM"}


@pytest.mark.parametrize(("encoding", "name"), [(6, "ALAW"), (7, "ULAW")])
def test_companded_sound_is_told_too(encoding: int, name: str) -> None:
    heard = sound(companded(encoding))
    assert heard is not None
    assert (heard.encoding, heard.seconds) == (name, 0.5)


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"ID3 a song", companded(85), companded(7, channels=0), companded(7)[:30], pcm()[:20]]
)
def test_anything_else_is_no_sound(data: bytes) -> None:
    assert sound(data) is None
