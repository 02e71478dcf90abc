"""What conversations cost: resident memory per 10,000 live ones, and CPU per inbound message that starts one.

    python benchmarks/conversations.py [--count 10000] [--rounds 3] [--json]

Each conversation begins with one message of a customer of its own through Open Messaging and waits in a queue without
agents. The first rounds also fill the record's ring (bounded), so the last round is what counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from platform_api import Subject, drive

INTEGRATION = "b0000000-0000-4000-8000-000000000001"
ORG = f"""
organization: {{name: Benchmark}}
authorization.roles:
  - {{name: admin, permissionPolicies: [{{domain: "*", entityName: "*", actionSet: ["*"]}}]}}
oauth.clients:
  - id: benchmark
    secret: a-secret-of-the-benchmark
    name: Benchmark
    authorizedGrantType: CLIENT-CREDENTIALS
    roles: [admin]
messaging.supportedcontent:
  - {{name: Default, mediaTypes: {{allow: {{inbound: [{{type: "*/*"}}], outbound: [{{type: "*/*"}}]}}}}}}
messaging.integrations.open:
  - id: {INTEGRATION}
    name: Benchmark
    outboundNotificationWebhookUrl: http://127.0.0.1:9/hook
    outboundNotificationWebhookSignatureSecretToken: a-webhook-secret-of-32-characters
    supportedContent: Default
routing.queues:
  - {{name: Waiting}}
flows:
  - {{name: Benchmark, type: INBOUNDSHORTMESSAGE, file: flow.yaml}}
routing.message.recipients:
  - {{integration: Benchmark, flow: Benchmark}}
"""
FLOW = """
inboundShortMessage:
  name: Benchmark
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  defaultLanguage: en-us
  supportedLanguages: {en-us: {defaultLanguageSkill: {noValue: true}}}
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - transferToAcd: {name: Hand over, targetQueue: {lit: {name: Waiting}}}
          - disconnect: {name: End}
"""


def measure(count: int, rounds: int) -> list[dict[str, float]]:
    """One row a round: resident MiB that it added, and CPU µs a message."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "org.yaml").write_text(ORG, "utf-8")
        (folder / "flow.yaml").write_text(FLOW, "utf-8")
        subject = Server("understudy", folder)
        try:
            subject.start()
            return [_round(subject, number, count) for number in range(rounds)]
        finally:
            subject.stop()


class Server(Subject):
    """The emulator; the first thing asked is the queue that the customers wait in."""

    def creates(self, count: int) -> list[bytes]:
        """One look at the queues."""
        return [self.request("GET", "/api/v2/routing/queues")] * count


def _round(subject: Subject, number: int, count: int) -> dict[str, float]:
    path = f"/api/v2/conversations/messages/{INTEGRATION}/inbound/open/message"
    requests = [
        subject.request(
            "POST",
            path,
            {
                "channel": {
                    "from": {"id": f"customer-{number}-{one}", "idType": "Opaque"},
                    "time": "2026-07-01T10:00:00.000Z",
                },
                "text": "Where is my order? It should have come on Monday.",
            },
        )
        for one in range(count)
    ]
    cpu, mib = subject.used()
    asyncio.run(drive(subject.port, requests))
    cpu_after, mib_after = subject.used()
    return {"mib": mib_after - mib, "resident": mib_after, "cpu_us": (cpu_after - cpu) / count * 1e6}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=10_000, help="conversations a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure(options.count, options.rounds)
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{options.count} conversations a round, one message each\n")
    print("round   added MiB   resident MiB   CPU µs a message")
    for number, row in enumerate(rows, 1):
        print(f"{number:5}   {row['mib']:9.1f}   {row['resident']:12.1f}   {row['cpu_us']:16.1f}")


if __name__ == "__main__":
    main()
