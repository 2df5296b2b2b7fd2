"""The HTTP application: routes, what may be sent to each, and what programs are told."""
