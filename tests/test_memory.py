from __future__ import annotations

import gc
import platform
import subprocess
import sys
from contextlib import suppress

import pytest

from understudy.memory import collection_put_off, keep_large_blocks_apart

PROBE = "from understudy.memory import keep_large_blocks_apart; print(keep_large_blocks_apart())"


def test_the_threshold_is_fixed_where_the_c_library_has_one() -> None:
    told = subprocess.run([sys.executable, "-B", "-c", PROBE], check=True, capture_output=True, timeout=30, text=True)
    assert told.stdout.strip() == str(platform.libc_ver()[0] == "glibc")


def test_a_c_library_without_it_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    assert not keep_large_blocks_apart()


def test_collection_is_put_off_and_taken_up_again_whatever_happens() -> None:
    with collection_put_off():
        assert not gc.isenabled()
    assert gc.isenabled()
    with suppress(KeyError), collection_put_off():
        raise KeyError
    assert gc.isenabled()
