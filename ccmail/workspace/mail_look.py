"""The looks that come with ccmail, and what stands in them: partners."""

import enum

from pydantic import Field

from ccmail.yamlfile import FilePath, Localized, WebLink, Written


class MailLook(enum.Enum):
    """The design of a mail: quiet, between two bands of the brand's colour, or below its photo."""

    PLAIN = "plain"
    BAND = "band"
    PHOTO = "photo"


class Partner(Written):
    """An organisation that stands beside the sender. Its name is what people hear who do not see the logo."""

    name: Localized = Field(description="Its name, one text or {de: …, en: …}; also said in place of the logo")
    logo: FilePath | None = Field(None, description="A picture; without it the name is written")
    url: WebLink | None = Field(None, description="Where the logo leads")
