"""Duties of the plan in the chat: what is owed, what is answered, what is handed in, and who decides."""
