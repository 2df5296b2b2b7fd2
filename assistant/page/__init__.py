"""The page in the browser: its parts in Python, its scripts and styles."""
