"""Secrets of a run stand nowhere in what it leaves: record, logs, events, reports in every form."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from understudy.children import python
from understudy.settings import Settings
from understudy.verify.slots import SECRETS, identifiers

if TYPE_CHECKING:
    from tests.integration.conftest import Hook, Serve, Serving

WEBHOOK_SECRET = "webhook/secret+with=signs-of-base64"
LATER_SECRET = 'a "quoted" secret \\ of the webhook, later'
KEY = "key-of-the-customers-own-gateway"
BEARER = "Bearer token-of-the-customers-own-gateway"
GUESSED = "a-secret-that-somebody-guessed-wrongly"
FORM = "application/x-www-form-urlencoded"


def leaks(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Which file holds which secret, in any of the forms that it may take on a wire."""
    forms = {form: secret for secret in secrets for form in shapes(secret)}
    return [
        f"{path.relative_to(folder)}: {secret}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for data in [path.read_bytes()]
        for form, secret in forms.items()
        if form in data
    ]


def shapes(secret: str) -> set[bytes]:
    texts = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    return {text.encode() for text in texts} | {base64.b64encode(secret.encode()).rstrip(b"=")}


def basic(client: str, secret: str) -> str:
    return base64.b64encode(f"{client}:{secret}".encode()).decode()


def test_the_search_finds_a_secret_in_every_form(tmp_path: Path) -> None:
    for number, form in enumerate(shapes(WEBHOOK_SECRET)):
        (tmp_path / str(number)).write_bytes(b"before " + form + b" behind")
    assert len({line.partition(":")[0] for line in leaks(tmp_path, [WEBHOOK_SECRET])}) == len(shapes(WEBHOOK_SECRET))


def test_a_run_leaves_no_secret_behind(serve: Serve, hook: Hook) -> None:
    with serve() as emulator:
        secrets = {WEBHOOK_SECRET, LATER_SECRET, KEY, BEARER.removeprefix("Bearer "), GUESSED, emulator.client[1]}
        secrets.add(basic(*emulator.client))
        secrets |= clients(emulator)
        messages(emulator, hook)
        broken(emulator, secrets)
        emulator.org.post("advance", seconds=0.0)
        told = json.dumps(emulator.entries())
        assert [secret for secret in secrets if secret in told] == []
        folder = emulator.folder
    record = (folder / "record" / "0.jsonl").read_text("utf-8")
    assert record.count("«secret:") > 20  # there was something to hide
    assert leaks(folder, secrets) == []


def clients(emulator: Serving) -> set[str]:
    """Make, read, change and use an OAuth client, rightly and wrongly; returns its secrets and tokens."""
    made = emulator.made("/oauth/clients", {"name": "Vendor", "authorizedGrantType": "CLIENT-CREDENTIALS"})
    path = f"/oauth/clients/{made['id']}"
    assert emulator.api("GET", path).json["secret"] == made["secret"]  # its owner is told
    assert emulator.api("GET", "/oauth/clients").status == 200
    token = emulator.log_in((made["id"], made["secret"]))
    again = emulator.api("POST", f"{path}/secret").json["secret"]
    later = emulator.log_in((made["id"], again))
    assert emulator.api("DELETE", "/tokens/me", token=later).status < 300
    assert emulator.api("GET", "/users", token=later).status == 401
    form = f"grant_type=client_credentials&client_id={made['id']}&client_secret={quote_plus(again)}".encode()
    for headers in ({"Content-Type": FORM}, {"Content-Type": FORM, "Authorization": f"Basic {basic('x', GUESSED)}"}):
        assert emulator.send("POST", "/oauth/token", form, headers).status == 400
    assert emulator.send("GET", f"/api/v2/users?access_token={quote(token)}").status == 401
    pairs = {basic(made["id"], made["secret"]), basic("x", GUESSED)}
    return {made["secret"], again, token, later, emulator.token, *pairs}


def messages(emulator: Serving, hook: Hook) -> None:
    """An integration with secrets of every kind, that delivers to its webhook."""
    headers = {"X-Api-Key": KEY, "Authorization": BEARER}
    integration = emulator.integration(hook.url, secret=WEBHOOK_SECRET, webhookHeaders=headers)
    path = f"/conversations/messaging/integrations/open/{integration}"
    assert emulator.api("GET", path).status == 200
    assert emulator.api("GET", "/conversations/messaging/integrations/open").status == 200
    body = {"fromAddress": integration, "toAddress": "ann", "toAddressMessengerType": "open", "textBody": "hello"}
    emulator.made("/conversations/messages/agentless", body)
    got = hook.until(lambda got: got)
    assert got[0].headers["x-api-key"] == KEY  # the webhook is told
    changed = {
        "name": "Open", "outboundNotificationWebhookUrl": hook.url,
        "outboundNotificationWebhookSignatureSecretToken": LATER_SECRET, "webhookHeaders": {"X-Api-Key": KEY},
    }  # fmt: skip
    assert emulator.api("PATCH", path, changed).status == 200
    probe = {"integration": integration, "customer": "ann", "signature": "other_secret"}
    assert emulator.org.post("probe", patience=10.0, **probe)["status"] == 200


def broken(emulator: Serving, secrets: set[str]) -> None:
    """Secrets in requests that nobody can read."""
    path = "/api/v2/conversations/messaging/integrations/open"
    authorized = {"Authorization": f"Bearer {emulator.token}", "Content-Type": "application/json"}
    for text in (
        f'{{"outboundNotificationWebhookSignatureSecretToken":"{KEY}",}}',
        f'{{"outboundNotificationWebhookSignatureSecretToken":"{KEY}","outboundNotificationWebhookSignatureSecretToken":1}}',
        f'{{"webhookHeaders":{{"X":"{KEY}"}},"a":' + "[" * 400 + "]" * 400 + "}",
    ):
        assert emulator.send("POST", path, text.encode(), authorized).status == 400
    token = next(secret for secret in secrets if secret == emulator.token)
    for line in (f"Authorization Bearer {token}", f"Authorization: Bearer {token}\x00", f"X: {token}" + "x" * 20_000):
        with socket.create_connection(("127.0.0.1", int(emulator.url.rpartition(":")[2])), timeout=5.0) as peer:
            peer.sendall(f"GET /api/v2/users HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n".encode())
            assert b" 400 " in peer.recv(65_536)


@pytest.mark.parametrize(("suite", "profiles"), [("polyai", ("channel", "forward")), ("cognigy", ("messenger",))])
def test_a_verified_suite_leaves_no_secret_behind(tmp_path: Path, suite: str, profiles: tuple[str, ...]) -> None:
    command = python("-m", "understudy", "verify", suite, "--only", "V1", "--out", str(tmp_path / "out"))
    env = {name: value for name, value in os.environ.items() if not name.startswith("UNDERSTUDY_")}
    told = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, timeout=50, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    (tmp_path / "told").write_bytes(told.stdout + told.stderr)
    slots = [identifiers(Settings().seed, profile, n) for profile in profiles for n in range(4)]
    secrets = {made[name] for made in slots for name in SECRETS}
    secrets |= {basic(made["UNDERSTUDY_CLIENT_ID"], made["UNDERSTUDY_CLIENT_SECRET"]) for made in slots}
    [run] = (tmp_path / "out").iterdir()
    assert {"report.html", "report.md", "report.json", "junit.xml"} <= {path.name for path in run.iterdir()}
    record = (run / "record" / "0.jsonl").read_text("utf-8")
    used = sum(made["UNDERSTUDY_CLIENT_ID"] in record for made in slots)
    assert used >= len(profiles)  # these are the run's slots
    assert leaks(tmp_path, secrets) == []
