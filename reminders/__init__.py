"""When: time as a source of messages. The future lives in `duties`; a clock only wakes, rows compared with now decide."""
