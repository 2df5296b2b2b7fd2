"""The check of answers that a language model wrote: every sentence against the passages it cites."""
