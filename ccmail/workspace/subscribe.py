"""The keys of `subscribe:`: a segment that people can subscribe to on the public pages."""

from __future__ import annotations

import enum
import hashlib
import json

from pydantic import Field

from ccmail.yamlfile import Localized, Written

_VERSION = 12  # letters of the hash


class SubscribeField(enum.Enum):
    """A field of the form; its value is also the header in the list."""

    EMAIL = "email"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    ORGANISATION = "organisation"
    CITY = "city"
    COUNTRY = "country"


class Subscribe(Written):
    """The form by which people subscribe to a segment."""

    consent: Localized = Field(description="What people agree to: beside a box that they tick")
    title: Localized | None = Field(None, description="The heading of the form; without it: the segment's label")
    fields: tuple[SubscribeField, ...] = Field(
        (), description="What the form asks for beside the address: first_name, last_name, organisation, city, country"
    )

    @property
    def further_fields(self) -> tuple[SubscribeField, ...]:
        """The fields beside the address, which is always asked for, each once."""
        return tuple(field for field in dict.fromkeys(self.fields) if field is not SubscribeField.EMAIL)

    @property
    def version(self) -> str:
        """The version of the consent: 12 letters, which change with any of its texts."""
        texts = json.dumps(sorted((code, str(text)) for code, text in self.consent), ensure_ascii=False)
        return hashlib.sha256(texts.encode()).hexdigest()[:_VERSION]
