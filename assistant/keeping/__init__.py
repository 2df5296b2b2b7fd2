"""What outlasts a restart or leaves the program: conversations, verdicts, exports."""
