"""Logs, figures and health."""
