from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect_api.conftest import FLOW

from understudy.architect_api import uploads
from understudy.architect_api.receiving import accept_upload, content
from understudy.architect_api.uploads import expected
from understudy.errors import Refused
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
FORM = (
    b"--b\r\nContent-Disposition: form-data; name=note\r\n\r\nx\r\n"
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n'
    b"\r\nkey\r\na\r\n"
    b"\r\n--b--\r\n"
)


def test_an_upload_goes_to_what_waits_for_it(ask: Ask, office: Org, table: str) -> None:
    job = ask("POST", "/api/v2/flows/jobs")[1]
    accept_upload(office, job["id"], FLOW.encode())
    assert ask("GET", job["selfUri"])[1]["status"] == "Success"
    job = ask("POST", f"/api/v2/flows/datatables/{table}/import/jobs", {})[1]
    accept_upload(office, job["id"], FORM, "multipart/form-data; boundary=b")
    office.clock.jump(1.0)
    office.tick()
    assert ask("GET", job["selfUri"])[1]["countRecordsUpdated"] == 1
    prompt = ask("POST", "/api/v2/architect/prompts", {"name": "P"})[1]["selfUri"]
    resource = ask("POST", f"{prompt}/resources", {"language": "en-us"})[1]
    accept_upload(office, resource["uploadUri"].rpartition("/")[2], b"noise")
    assert ask("GET", resource["selfUri"])[1]["uploadStatus"] == "transcodeFailed"


def test_nobody_waits_for_an_unknown_upload(office: Org) -> None:
    with pytest.raises(Refused, match="There is no upload nope"):
        accept_upload(office, "nope", b"")


@pytest.mark.parametrize(
    ("media_type", "data", "expected_content"),
    [
        ("", b"plain", b"plain"),
        ("text/csv", FORM, FORM),
        ("multipart/form-data; boundary=b", FORM, b"key\r\na\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n--b--', b"x"),
        ('multipart/form-data; charset=x; boundary="b"', FORM, b"key\r\na\r\n"),
        ("multipart/form-data; boundary=b", FORM.replace(b"\r\n", b"\n"), b"key\na\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nX: filename\r\n\r\nnot --b\r\n--bc\r\n--b--", b"not --b\r\n--bc"),
        ("multipart/form-data; boundary=b", b"--b\r\nno empty line", b"--b\r\nno empty line"),
        ("multipart/form-data; boundary=" + "b" * 71, b"x", b"x"),
        ("multipart/form-data; boundary=" + "(" * 5000, b"--(\r\n\r\nx", b"--(\r\n\r\nx"),
        ("multipart/" + "(" * 3000 + "; boundary=b", FORM, b"key\r\na\r\n"),
        ("multipart/form-data", b"no boundary", b"no boundary"),
        ("multipart/form-data; boundary=b", b"", b""),
    ],
)
def test_the_content_is_the_file_of_a_form_or_the_body(media_type: str, data: bytes, expected_content: bytes) -> None:
    assert content(data, media_type) == expected_content


def test_the_number_of_uploads_waited_for_is_bounded(ask: Ask, office: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "KEPT", 3)
    for _ in range(5):
        ask("POST", "/api/v2/flows/jobs")
    assert len(expected(office)) == 3


def test_every_byte_of_a_file_comes_through_a_form() -> None:
    file = bytes(range(256)) + b"\r\n\r\n--\r\n\n"
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' + file + b"\r\n--b--\r\n"
    assert content(form, "multipart/form-data; boundary=b") == file
