"""Understudy: the stand-in for Genesys Cloud that rehearses an integration before it goes live.

The public names are those of ``__all__``; everything else is private, whatever its file is called. In a vendor's own
suite the pytest fixture ``understudy`` is the way in (``understudy.stage.Stage``).
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
