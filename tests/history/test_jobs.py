from __future__ import annotations

import pytest
from tests.history.conftest import Office

from understudy.errors import Refused
from understudy.history.jobs import KEPT, job_of, jobs, submit


def test_a_job_is_done_when_the_orgs_clock_gets_there(office: Office) -> None:
    job = submit(office.org, "test", "anything")
    assert not job.is_done(office.org.now())
    office.wait(1)
    assert job.is_done(office.org.now())
    assert job_of(office.org, "test", job.id) is job


def test_a_result_is_gone_after_a_day(office: Office) -> None:
    job = submit(office.org, "test", "anything")
    office.wait(86_402)
    with pytest.raises(Refused, match=job.id):
        job_of(office.org, "test", job.id)


def test_the_oldest_job_goes_first_and_kinds_are_apart(office: Office) -> None:
    other = submit(office.org, "other", 0)
    made = [submit(office.org, "test", number).id for number in range(KEPT + 1)]
    assert list(jobs(office.org, "test")) == made[1:]
    assert list(jobs(office.org, "other")) == [other.id]
