"""The readers of the benchmark: any number of them, the same ones in each run."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FIRST_NAMES = (
    "Irakli", "Fatina", "Jürgen", "Anna", "Søren", "Олена", "Zoë", "Michael",
    "Élodie", "John", "ნინო", "Katharina", "Luka", "Şeyma", "Peter", "Raúl",
)  # fmt: skip
LAST_NAMES = (
    "Samkharadze", "Toukan", "Müller", "O'Brien", "Jørgensen", "Коваль", "Đorđević", "Schmidt & Söhne",
    "Lefèvre", "Smith", "ბერიძე", "von der Weiden", "Horvat", "Yılmaz", "Meier", "Núñez",
)  # fmt: skip
UNSUBSCRIBE = "https://events.cities.example/u/"
"""The beginning of each reader's own link, as `unsubscribe.url` in material/ccmail.yaml."""


class Reader(NamedTuple):
    """One reader; `link` and `message_id` are for contestants that do not make their own."""

    email: str
    salutation: str
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        """The name as it stands in To."""
        return f"{self.first_name} {self.last_name}"

    @property
    def greeting(self) -> str:
        """The first line of the mail."""
        return f"Sehr geehrte{'' if self.salutation == 'Frau' else 'r'} {self.salutation} {self.last_name},"

    @property
    def token(self) -> str:
        """A token as long as ccmail's own, and as hard to compress."""
        return hashlib.md5(self.email.encode()).hexdigest()[:22]

    @property
    def fields(self) -> dict[str, str]:
        """The values that the contestants fill into their templates."""
        return {
            "email": self.email,
            "name": self.name,
            "greeting": self.greeting,
            "link": UNSUBSCRIBE + self.token,
            "message_id": f"<{self.token}@cities.example>",
        }


def readers(count: int) -> Iterator[Reader]:
    """Yield the first `count` readers; neighbours differ in both names."""
    for i in range(count):
        first, last = FIRST_NAMES[i * 7 % 16], LAST_NAMES[(i * 5 + i // 16) % 16]
        yield Reader(f"reader{i}@city{i % 400}.example", "Herr" if i % 2 else "Frau", first, last)


def write_list(file: Path, people: Iterator[Reader]) -> None:
    """Write readers as a list for ccmail."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(Reader._fields)
        rows.writerows(people)


def write_fields(file: Path, people: Iterator[Reader]) -> None:
    """Write each reader's fields as a line of JSON, for the other contestants."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(reader.fields, ensure_ascii=False) + "\n" for reader in people)
