"""Mend a config whose pages changed: what it read of the last good ones, and where that stands now."""
