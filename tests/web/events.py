"""Two events, one of which is an invitation to answer, and what happens to them."""

from __future__ import annotations

from tests.e2e.shell import Shell

RIDE = "2020-10-rad"
TALK = "2020-11-vortrag"
CAMPAIGNS = {
    RIDE: """\
type: announcement
calendar: rsvp
event: {date: 7.10.2020, time: "13:00–15:30", place: Rathaus Bonn}
de: {title: Radverkehr, text: Wir laden ein.}
en: {title: Cycling, text: You are invited.}
""",
    TALK: """\
type: announcement
event:
  {date: 3.11.2020, time: "18:00–19:00", place: online, link: "https://meet.example/x", register: "https://city.example/r"}
de: {title: Vortrag, text: Wir laden ein.}
en: {title: Talk, text: You are invited.}
""",
}


def announce(shell: Shell) -> None:
    """Write the campaigns of both events."""
    for campaign, content in CAMPAIGNS.items():
        (shell.folder / f"campaigns/{campaign}.yaml").write_text(content, encoding="utf-8")


def rehearse(shell: Shell, command: str, campaign: str = RIDE, now: str = "2020-09-22T09:00") -> None:
    """Rehearse an update, a reminder or a cancellation, a day later."""
    shell.environment["CCMAIL_NOW"] = now
    shell.run(command, campaign, "--rehearse")


def move(shell: Shell, old: str = "13:00–15:30", new: str = "14:00–16:30") -> None:
    """Change the time in the file of the ride."""
    shell.edit(f"campaigns/{RIDE}.yaml", old, new)
