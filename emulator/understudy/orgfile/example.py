"""The example that ``understudy serve --example`` adds to the default org: a messenger, its flow, a queue, an agent.

Not in every start: reading the file and publishing a flow costs more than all else that a start does (see ``tables``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from understudy.orgfile.plan import OrgPlan, load_org

# An org file. Its names say that it is an example; ids come from the seed; ``admin`` is a role of the default org.
ORG: Final = """\
organization:
  name: Example

users:
  - name: Example Agent
    email: agent@example.com
    roles: [admin]
    understudy: { agent: true }

routing.wrapupcodes:
  - name: Example resolved

routing.queues:
  - name: Example queue
    members: [agent@example.com]
    wrapupcodes: [Example resolved]

flows:
  - name: Example flow
    yaml: |
      inboundShortMessage:
        name: Example flow
        startUpRef: "/inboundShortMessage/states/state[Start_1]"
        defaultLanguage: en-us
        supportedLanguages:
          en-us:
            defaultLanguageSkill:
              noValue: true
        states:
          - state:
              name: Start
              refId: Start_1
              actions:
                - sendResponse:
                    name: Greet
                    messageBody:
                      lit: Hello! One moment, somebody will be with you.
                - transferToAcd:
                    name: Hand over
                    targetQueue:
                      lit:
                        name: Example queue

webdeployments.configurations:
  - name: Example messenger

webdeployments.configurations.versions:
  - parent: Example messenger
    version: "1"
    name: Example messenger
    languages: [en-us, de-de]
    defaultLanguage: en-us
    messenger:
      enabled: true
      launcherButton: { visibility: "On" }
      fileUpload:
        enableAttachments: true
        modes: [{ fileTypes: [image/png, image/jpeg, application/pdf], maxFileSizeKB: 10240 }]
      apps:
        conversations:
          enabled: true
          showAgentTypingIndicator: true
          showUserTypingIndicator: true
          autoStart: { enabled: true }
          conversationDisconnect: { enabled: true, type: ReadOnly }
          conversationClear: { enabled: true }

webdeployments.deployments:
  - name: Example messenger
    configuration: { name: Example messenger, version: "1" }
    allowAllDomains: true
    flow: Example flow
"""


def with_example(plan: OrgPlan) -> OrgPlan:
    """The plan of the default org, and the example's items after its own."""
    return replace(plan, items=(*plan.items, *load_org(ORG, {}).items))
