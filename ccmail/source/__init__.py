"""Stage 0: a YAML file becomes nodes with line and column, those a pydantic model, or all Problems at once.

The public verbs are `read_document` and `bind`. Nothing else in ccmail imports yaml. Every scalar is read as
text: the model decides what it is. The field types for models lie beside them, by noun.
"""

from __future__ import annotations

from ccmail.source.addresses import MailAddress, WebLink
from ccmail.source.binding import bind
from ccmail.source.document import Document, parse_document, read_document
from ccmail.source.lines import Line, Prose
from ccmail.source.localized import Localized
from ccmail.source.models import nearest_field
from ccmail.source.nodes import Field, FieldsNode, ListNode, Node, TextNode
from ccmail.source.paths import FilePath
from ccmail.source.reading import Context, FromText, Mistake, Written, remark
from ccmail.source.text import SourceText
from ccmail.source.zones import Zone

__all__ = [
    "Context",
    "Document",
    "Field",
    "FieldsNode",
    "FilePath",
    "FromText",
    "Line",
    "ListNode",
    "Localized",
    "MailAddress",
    "Mistake",
    "Node",
    "Prose",
    "SourceText",
    "TextNode",
    "WebLink",
    "Written",
    "Zone",
    "bind",
    "nearest_field",
    "parse_document",
    "read_document",
    "remark",
]
