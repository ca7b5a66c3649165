"""What a finished run leaves for comparing: small tables, a few hundred kilobytes, never the whole log."""

from simsafe.results.kept.tables import kept

__all__ = ["kept"]
