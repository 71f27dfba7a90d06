"""Names that a campaign refers to: countries, languages, other campaigns."""

from __future__ import annotations

import re
from typing import Annotated

from ccmail.problems import did_you_mean
from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem
from ccmail.yamlfile.addresses import read_web_link
from ccmail.yamlfile.paths import read_file_path

_OTHER_FOLDERS = (".test", ".update", ".reminder", ".cancellation")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def read_country(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the ISO 3166 code of a country by its code, its German or its English name.

    Raises:
        ValueProblem: There is no such country.
    """
    from ccmail.languages.countries import find_country, nearest_country  # noqa: PLC0415 - loads Babel

    code = find_country(text)
    if code:
        return text.moved(code)
    near = nearest_country(text)
    raise ValueProblem(
        "C211",
        say("“{text}” is not a country", text=text),
        text.place,
        label=say("did you mean “{near}” ({code})?", near=near[0], code=near[1]) if near else "",
        hint=say("write the two-letter code or the German or English name"),
    )


def read_spoken_language(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the code of any language of the world by its code, its German or its English name.

    Raises:
        ValueProblem: There is no such language.
    """
    from ccmail.languages.names import find_language  # noqa: PLC0415 - loads Babel

    code = find_language(text)
    if code:
        return text.moved(code)
    near = did_you_mean(text, ("Deutsch", "Englisch", "Französisch", "Spanisch", "German", "English", "French"))
    raise ValueProblem(
        "C227",
        say("“{text}” is not a language", text=text),
        text.place,
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=say("write its code (en) or its German or English name"),
    )


def read_related(text: SourceText, context: ReadContext) -> SourceText:
    """Return the id of another campaign, or a link.

    Raises:
        ValueProblem: The text can be neither.
    """
    if ":" in text or "/" in text:
        return read_web_link(text, context)
    campaign = re.sub(r"\.ya?ml$", "", text.strip())
    if not is_id(campaign):
        raise ValueProblem(
            "C228",
            say("“{text}” is neither a campaign nor a web address", text=text),
            text.place,
            hint=say("write the file's name without .yaml, or an address with https://"),
        )
    return text.moved(campaign)


def read_campaign_id(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the id of another campaign.

    Raises:
        ValueProblem: The text cannot be one.
    """
    campaign = re.sub(r"\.ya?ml$", "", text.strip().removeprefix("campaigns/"))
    if not is_id(campaign):
        raise ValueProblem(
            "C247",
            say("“{text}” is not the name of a campaign", text=text),
            text.place,
            hint=say("write the name of its file without .yaml: same_as: 2027-10-rad"),
        )
    return text.moved(campaign)


def read_workspace_path(text: SourceText, context: ReadContext) -> SourceText:
    """Return a path from the workspace's own folder, as in ccmail.yaml; raises as `read_file_path`."""
    return read_file_path(text, {**context, "folder": ""})


def is_id(name: str) -> bool:
    """Return whether a file's stem may be the id of a campaign: ids go into Message-IDs and file names."""
    # test mails of X go to the outbox folder X.test, rehearsed updates to X.update
    return _ID.fullmatch(name) is not None and not name.endswith(_OTHER_FOLDERS)


Country = Annotated[SourceText, FromText(read_country, SourceText, {"type": "string"})]
SpokenLanguage = Annotated[SourceText, FromText(read_spoken_language, SourceText, {"type": "string"})]
CampaignId = Annotated[SourceText, FromText(read_campaign_id, SourceText, {"type": "string"})]
Related = Annotated[SourceText, FromText(read_related, SourceText, {"type": "string"})]
WorkspacePath = Annotated[SourceText, FromText(read_workspace_path, SourceText, {"type": "string"})]
