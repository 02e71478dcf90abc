"""The people of a rehearsal, for suites and for a vendor's own tests."""

from understudy.actors.agent import Agent
from understudy.actors.customer import Customer
from understudy.actors.guest import Guest
from understudy.actors.rehearsal import Rehearsal
from understudy.actors.slot import NeverHappened, NotApplicable, Slot

__all__ = ["Agent", "Customer", "Guest", "NeverHappened", "NotApplicable", "Rehearsal", "Slot"]
