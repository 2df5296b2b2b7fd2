"""Answers by a language model: access to it, and what it is given. Used only if ``ASSISTANT_MODEL`` is set."""
