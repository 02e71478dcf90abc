from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from understudy.pages.policy import addresses, page_headers


def policy(headers: dict[str, str]) -> dict[str, list[str]]:
    parts = (part.split() for part in headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def test_a_page_runs_scripts_of_its_own_host_only() -> None:
    found = policy(page_headers("http://127.0.0.1:1"))
    assert found["script-src"] == ["'self'"]
    assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == ["'none'"]


def test_one_program_in_the_page_is_allowed_by_its_hash() -> None:
    digest = b64encode(sha256(b"\nrun();\n").digest()).decode()
    found = policy(page_headers("http://127.0.0.1:1", inline="\nrun();\n", framed=True))
    assert found["script-src"] == ["'self'", f"'sha256-{digest}'"]
    assert "'unsafe-inline'" not in found["script-src"]


def test_scripts_speak_with_the_hosts_of_the_region_and_with_nobody_else() -> None:
    found = policy(page_headers("https://apps.mypurecloud.de"))["connect-src"]
    for source in ("https://api.mypurecloud.de", "wss://webmessaging.mypurecloud.de", "https://api-cdn.mypurecloud.de"):
        assert source in found
    assert {one.rpartition("://")[2].partition(".")[2] for one in found if "://" in one} == {"mypurecloud.de"}
    assert addresses("http://localhost:1") == ["http://localhost:1", "ws://localhost:1"]


def test_a_page_is_no_frame_in_another_and_tells_nobody_where_it_was() -> None:
    headers = page_headers("http://127.0.0.1:1")
    assert (headers["X-Frame-Options"], headers["Referrer-Policy"]) == ("DENY", "no-referrer")
    assert headers["X-Content-Type-Options"] == "nosniff"
