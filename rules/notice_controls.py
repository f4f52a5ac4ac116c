"""What whoever sent a notice may still do about it, by how far it is: held back and let go again, the rest not sent, taken back,
corrected."""

from typing import Literal

from rules.notices import Status, Want, moved

Control = Literal["pause", "resume", "cancel_rest", "recall", "correct"]


def controls(status: Status, want: Want, sending: str, waiting: int) -> tuple[Control, ...]:
    """`sending` and `waiting`: of its broadcast. An invitation is changed and called off where the meeting is."""
    if want == "attend":
        return ()
    found: list[Control] = []
    if status == "sent" and sending == "paused":
        found.append("resume")
    if status == "sent" and sending == "running" and waiting:
        found.append("pause")
    if status == "sent" and sending in ("running", "paused") and waiting:
        found.append("cancel_rest")
    found += ["correct"] if moved(status, "replace") else []
    found += ["recall"] if moved(status, "recall") else []
    return tuple(found)
