"""Stage 5: a contact and a rendered variant become the bytes of a message.

The public verb is `Assembler.assemble`. A variant is compiled once (`compile`: header and MIME tree are encoded, the
slots stay open) and then filled for each reader. `serialise` turns a frame into data, `deserialise` the data into a
frame.
"""

from ccmail.messages.assemble import Assembler, Message, NumberedMail
from ccmail.messages.compile import DATE, CompiledMail, Frame, MailStamp, date_field
from ccmail.messages.headers import HeaderRefused
from ccmail.messages.storage import SerialisedMail, StoredMailDamaged, blobs_in, deserialise, serialise

__all__ = [
    "DATE",
    "Assembler",
    "CompiledMail",
    "Frame",
    "HeaderRefused",
    "MailStamp",
    "Message",
    "NumberedMail",
    "SerialisedMail",
    "StoredMailDamaged",
    "blobs_in",
    "date_field",
    "deserialise",
    "serialise",
]
