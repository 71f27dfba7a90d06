"""Stage 4: a variant becomes a rendered mail, with slots where readers differ.

The public verb is `render`. Read `slots` first, then `environment`; `content` is what templates print.
"""

from ccmail.rendering.compose import content_id, organizer_of
from ccmail.rendering.environment import make_environment
from ccmail.rendering.html import TemplateTrouble
from ccmail.rendering.loaded_campaign import LoadedCampaign
from ccmail.rendering.notice import notice_words
from ccmail.rendering.prose import printed_fields, unknown_names
from ccmail.rendering.reader import greeting_field, reader_fields
from ccmail.rendering.render import EscapedSlot, Rendered, render
from ccmail.rendering.slots import FieldTracker, Pieces, filler_of
from ccmail.rendering.version import Difference, differences, fingerprint, manifest

__all__ = [
    "Difference",
    "EscapedSlot",
    "FieldTracker",
    "LoadedCampaign",
    "Pieces",
    "Rendered",
    "TemplateTrouble",
    "content_id",
    "differences",
    "filler_of",
    "fingerprint",
    "greeting_field",
    "make_environment",
    "manifest",
    "notice_words",
    "organizer_of",
    "printed_fields",
    "reader_fields",
    "render",
    "unknown_names",
]
