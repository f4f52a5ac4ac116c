"""What a clock is about: a tip, a duty of the plan, the stage of a matter, what an office has not looked at, next year's calendar.
Where they differ, and nothing else does: the words, whose seats are told, what opens it, and where it is on record that a seat
was vacant.
"""
