"""Files that the platform makes of its history: exports and transcripts, as downloads that work.

They lie in the store of attachments, which is bounded, and are served from there; the same thing exported again takes
the place of its older file.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from understudy.attachments.store import Media, keep, stored
from understudy.ids import IdStream
from understudy.world.org import Org

JSON: Final = "application/json"


def file_of(org: Org, key: str, name: str, content: Any) -> Media:
    """Keep ``content`` as a JSON file under a name of ours; ``key`` names the thing it is made of."""
    media = Media(IdStream(f"{org.id}/file/{key}").uuid(), org.id, name, JSON, orjson.dumps(content))
    media.status = "valid"
    stored(org).pop(media.id, None)  # so that it counts as new
    return keep(org, media)
