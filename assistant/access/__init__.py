"""Who may use the page: users, their passwords and tokens, and who is signed in."""
