"""Memory of the process: large blocks get pages of their own and go back to the system; nothing is collected in vain.

glibc raises its threshold for such pages with every large block that is freed, up to 32 MiB; later ones then come from
the heap, which they leave in pieces. Fifty requests of 1 MiB made 250 MiB of an emulator that holds 64 (measured with
glibc 2.36). A threshold that is set stays (mallopt(3), M_MMAP_THRESHOLD).
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

M_MMAP_THRESHOLD = -3  # malloc.h
LARGE = 128 << 10  # bytes; what the threshold is before it moves


def keep_large_blocks_apart() -> bool:
    """Fix the threshold, where the C library has one; returns whether it is fixed."""
    with suppress(OSError, AttributeError, TypeError):  # none of Windows, macOS, musl has it
        return bool(ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE))
    return False


@contextmanager
def collection_put_off() -> Iterator[None]:
    """No garbage is looked for meanwhile: what is imported stays, and looking through it takes a tenth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
