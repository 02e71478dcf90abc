"""Architect: flows in archy form, loaded, published and run."""
