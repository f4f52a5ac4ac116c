"""A meeting as a calendar file (RFC 5545; how an entry is changed and called off: RFC 5546): one entry, its time in UTC.

It asks the calendar for no answer (`METHOD:PUBLISH`): whoever is invited answers here. icalendar is imported with the first one.
"""

from bot.render import Renderer
from handlers.meetings.paper import Event

MIME = "text/calendar; charset=utf-8"
NOBODY = "invalid:nomail"  # a calendar wants an organizer's address, and an office has none


def written(renderer: Renderer, event: Event) -> bytes:
    from icalendar import Calendar, vCalAddress, vText
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", event.uid)
    entry.add("sequence", event.revision)
    entry.add("dtstamp", event.stamped)
    entry.add("dtstart", event.starts)
    if event.ends is not None:
        entry.add("dtend", event.ends)
    entry.add("summary", event.title)
    if place := "\n".join(filter(None, (event.place, event.link))):
        entry.add("location", place)
    entry.add("description", renderer.block("meetings/card:calendar", event.about, event.language, event.county))
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry["organizer"] = vCalAddress(NOBODY, params={"CN": vText(event.office)})
    file = Calendar()
    file.add("prodid", "-//xiezhi//meetings//ZH")
    file.add("version", "2.0")
    file.add("method", "CANCEL" if event.cancelled else "PUBLISH")
    file.add_component(entry)
    return bytes(file.to_ical())
