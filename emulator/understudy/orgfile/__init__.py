"""Org files: the configuration of an org as a guide asks for it, in YAML, in the shape of the API."""

from understudy.orgfile.apply import apply_org
from understudy.orgfile.default import default_org
from understudy.orgfile.plan import Item, OrgPlan, load_org

__all__ = ["Item", "OrgPlan", "apply_org", "default_org", "load_org"]
