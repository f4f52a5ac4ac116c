"""会议: called by whoever convenes it, answered with one press, held, minuted; what it decides becomes duties."""
