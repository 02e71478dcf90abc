"""Work that the platform does behind a request: a job is queued, and done when the org's clock gets there.

One bounded table an org and a kind; the oldest job goes first. How long work takes is a limit (``analytics``
``job.seconds``, assumed).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.errors import Refused
from understudy.world.org import Org

KEPT: Final = 200  # of one kind; the emulator's own bound
DAY: Final = 86_400.0


@dataclass(slots=True)
class Job:
    """One job. ``asked`` is what it is to do, ``result`` what it has done, both plain values; ``owner`` who asked."""

    id: str
    submitted: float
    due: float
    asked: Any
    owner: str = ""
    result: Any = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def expires(self) -> float:
        """When its result is gone (a day after: assumed)."""
        return self.due + DAY

    def is_done(self, now: float) -> bool:
        """Whether its time is over."""
        return now >= self.due


def jobs(org: Org, kind: str) -> OrderedDict[str, Job]:
    """The jobs of a kind, oldest first; the live table."""
    found: OrderedDict[str, Job] = org.live.setdefault(f"jobs.{kind}", OrderedDict())
    return found


def submit(org: Org, kind: str, asked: Any, owner: str = "") -> Job:
    """Queue a job."""
    now = org.now()
    job = Job(org.ids.uuid(kind), now, now + org.limits.value("analytics", "job.seconds"), asked, owner)
    known = jobs(org, kind)
    known[job.id] = job
    while len(known) > KEPT:
        known.popitem(last=False)
    return job


def job_of(org: Org, kind: str, id_: str, what: str = "Job") -> Job:
    """A job; Refused 404 where there is none (or its result is gone)."""
    found = jobs(org, kind).get(id_)
    if found is None or org.now() >= found.expires:
        raise Refused(404, "not.found", f"{what} with id [{id_}] was not found", params={"id": id_})
    return found
