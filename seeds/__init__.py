"""The first articles, one Markdown file each; read with importlib.resources."""
