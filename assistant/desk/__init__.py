"""Questions in turn: how many at once, who is next, and what a browser tab is shown meanwhile."""
