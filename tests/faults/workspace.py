"""A workspace to send from: names as they are, two lists, a mail server that is not to be trusted."""

from __future__ import annotations

import csv
import dataclasses
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

CAMPAIGN = "rueckblick"
_FIRST = ("Jana", "Jörg", "Käthe", "Søren", "Zoë", "Łukasz", "Nino", "Çağla", "Đorđe", "Álvaro", "Anne-Marie", "Özlem")
_LAST = ("Müller", "Weiß", "Österle", "Straßer", "García", "Yıldız", "Kovačević", "D’Angelo", "Schäfer-Lang", "O’Neill")
_CITIES = (("Köln", "DE"), ("Tübingen", "DE"), ("Łódź", "PL"), ("La Paz", "BO"), ("Tbilissi", "GE"), ("İzmir", "TR"))
_INTERNATIONAL = ("email", "first_name", "last_name", "city", "country", "language")
_GERMAN = (*_INTERNATIONAL, "salutation", "title", "organisation")

_SETTINGS = """
name: Städtenetz
sender: {name: Städtenetz, address: newsletter@netz.example, bounces: bounces@netz.example, reply_to: contact}
people:
  fatina: {name: Fatina Toukan, email: fatina@netz.example, role: {de: Leiterin, en: Head}}
segments:
  german: {label: {de: Deutsch, en: German}, recipients: recipients/german.csv, language: de, contact: fatina}
  international: {label: {de: Alle, en: All}, recipients: recipients/international.csv, language: en, contact: fatina}
unsubscribe: {address: stop@netz.example}
footer:
  imprint: {de: Städtenetz · Berliner Platz 2 · 53111 Bonn, en: "City network · Berliner Platz 2 · 53111 Bonn, Germany"}
  privacy: {de: https://netz.example/datenschutz, en: https://netz.example/privacy}
"""
_RETRY = "{server: 20ms..200ms, recipient: 50ms..200ms, patience: 5s}"
_CAMPAIGN = """
type: review
published: 6.4.2021
event: {date: 12.3.2021, place: online}
de:
  title: Rückblick auf die Veranstaltung in Südosteuropa
  text: |
    {{ title }} {{ name }} war für die Stadt {{ city }} da. {% if country == "DE" %}Schön, dass Sie kamen.{% endif %}

    .. ein Absatz, der mit Punkten beginnt, und ein sehr langes Wort: Donaudampfschifffahrtsgesellschaftskapitän.
en:
  title: Looking back at the event in Southeast Europe
  text: |
    The city of {{ city }} took part. Thank you for joining us, {{ first_name }}.
"""


_INVITATION = """
type: announcement
event: {date: 12.5.2021, time: "13:00–15:30", place: online}
de:
  title: Einladung nach Südosteuropa
  text: |
    {{ title }} {{ name }} ist für die Stadt {{ city }} eingeladen. {% if country == "DE" %}Wir freuen uns.{% endif %}
  update: Es beginnt später.
en:
  title: Invitation to Southeast Europe
  text: |
    The city of {{ city }} is invited, and so are you, {{ first_name }}.
"""


@dataclasses.dataclass(frozen=True)
class Lists:
    """The people on the lists.

    Attributes:
        people: The people who are to get the mail.
        left_out: The people who are to get nothing: unsubscribed.
        twice: How many rows repeat a person.
    """

    people: tuple[str, ...]
    left_out: tuple[str, ...]
    twice: int

    @property
    def rows(self) -> int:
        """How many rows the lists have."""
        return len(self.people) + len(self.left_out) + self.twice


def smtp_settings(
    port: int,
    *,
    connections: int = 4,
    security: str = "security: none",
    pipelining: str = "full",
    is_patient: bool = True,
) -> str:
    """Return the lines of ccmail.yaml for an SMTP server.

    Args:
        security: Further lines of `smtp:`.
        is_patient: Whether answers are waited for longer than any server that answers needs, on the busiest computer.
    """
    timeouts = "connect: 60s, reply: 60s, end_of_data: 60s" if is_patient else "connect: 3s, reply: 3s, end_of_data: 5s"
    lines = (
        "host: 127.0.0.1",
        f"port: {port}",
        "rate: none",
        f"connections: {connections}",
        f"timeouts: {{{timeouts}}}",
        f"retry: {_RETRY}",
        *security.splitlines(),
        f"pipelining: {pipelining}",
    )
    return "delivery: smtp\nsmtp:\n" + "".join(f"  {line}\n" for line in lines)


def graph_settings(port: int, *, user: str, login: str, connections: int = 4, is_patient: bool = True) -> str:
    """Return the lines of ccmail.yaml for Microsoft Graph.

    Args:
        login: In YAML.
        is_patient: As for `smtp_settings`.
    """
    lines = (
        f"user: {user}",
        f"login: {login}",
        f"address: http://127.0.0.1:{port}/v1.0",
        "rate: none",
        "per_day: none",
        f"connections: {connections}",
        "timeouts: {connect: 60s, answer: 60s}" if is_patient else "timeouts: {connect: 3s, answer: 3s}",
        f"retry: {_RETRY}",
    )
    return "delivery: graph\ngraph:\n" + "".join(f"  {line}\n" for line in lines)


def make_workspace(folder: Path, courier: str, *, people: int, seed: int = 0, is_invitation: bool = False) -> Lists:
    """Write a workspace with one campaign and so many people on its lists.

    Args:
        courier: The lines of ccmail.yaml about the way of sending.
        is_invitation: Whether the campaign invites to an event, that can be moved and called off.
    """
    dice = random.Random(seed)
    rows = [_person(dice, number) for number in range(people + people // 100 + 1)]
    kept, gone = rows[:people], rows[people:]
    here = [row for row in rows if row["country"] == "DE"]
    abroad = [row for row in rows if row["country"] != "DE"]
    candidates = [row for row in here if row not in gone]
    twice = dice.sample(candidates, min(len(candidates), 1 + people // 200))
    for name in ("campaigns", "recipients"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _write(folder / "recipients" / "german.csv", _GERMAN, here)
    _write(folder / "recipients" / "international.csv", _INTERNATIONAL, [*abroad, *twice])
    _write(folder / "recipients" / "unsubscribed.csv", ["email"], gone)
    set_courier(folder, courier)
    campaign = _INVITATION if is_invitation else _CAMPAIGN
    (folder / "campaigns" / f"{CAMPAIGN}.yaml").write_text(campaign, encoding="utf-8")
    return Lists(tuple(r["email"] for r in kept), tuple(r["email"] for r in gone), len(twice))


def _person(dice: random.Random, number: int) -> dict[str, str]:
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    city, country = dice.choice(_CITIES)
    return {
        "email": f"{dice.choice(('info', 'post', 'mail'))}.{number}@stadt-{number % 97}.example",
        "salutation": dice.choice(("Frau", "Herr")),
        "title": dice.choice(("", "", "Dr.", "Prof. Dr.")),
        "first_name": first,
        "last_name": last,
        "organisation": f"Stadt {city}",
        "city": city,
        "country": country,
        "language": "de" if country == "DE" else "en",
    }


def _write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def move_event(folder: Path) -> None:
    """Let the event begin later."""
    path = folder / "campaigns" / f"{CAMPAIGN}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("13:00–15:30", "14:00–16:30"), encoding="utf-8")


def set_courier(folder: Path, courier: str) -> None:
    """Write ccmail.yaml, with these lines about the way of sending."""
    (folder / "ccmail.yaml").write_text(f"{_SETTINGS}{courier}", encoding="utf-8")
