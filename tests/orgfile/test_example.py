"""The example of ``serve --example``: added to the default org, which stays as it is without it."""

from __future__ import annotations

from collections.abc import Callable

from understudy.orgfile import OrgPlan, default_org
from understudy.orgfile.example import with_example
from understudy.world.org import Org


def test_everything_that_it_adds_is_called_an_example() -> None:
    plan = default_org("admin-id", "admin-secret")
    more = with_example(plan)
    added = more.items[len(plan.items) :]
    assert (more.id, more.items[: len(plan.items)]) == (plan.id, plan.items)
    assert {item.name.split()[0] for item in added if item.body.get("name")} == {"Example"}
    assert not any(item.id for item in added)  # ids come from the seed


def test_the_messengers_flow_hands_over_to_the_agents_queue(configure: Callable[[OrgPlan], Org]) -> None:
    org = configure(with_example(default_org("admin-id", "admin-secret")))
    deployment = org.entities.named("webdeployments.deployments", "Example messenger")
    flow, queue = org.entities.named("flows", "Example flow"), org.entities.named("routing.queues", "Example queue")
    agent = org.entities.named("users", "Example Agent")
    assert deployment is not None
    assert flow is not None
    assert queue is not None
    assert agent is not None
    assert deployment.body["flow"]["id"] == flow.id
    assert "publishedVersion" in flow.body
    assert org.live["queue.members"] == {queue.id: {agent.id: True}}
