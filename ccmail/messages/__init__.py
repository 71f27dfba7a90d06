"""Stage 5: a contact and a rendered variant become the bytes of a message.

The public verb is `Assembler.assemble`. A variant is compiled once (`compile`: header and MIME tree encoded, slots
left open); a recipient is filled in afterwards. `serialise` makes data of a compiled mail,
`deserialise` a mail of data.
"""

from ccmail.messages.assemble import Assembler, Message, NumberedMail
from ccmail.messages.compile import CompiledMail, Frame, MailStamp
from ccmail.messages.headers import HeaderRefused
from ccmail.messages.storage import SerialisedMail, StoredMailDamaged, blobs_in, deserialise, serialise

__all__ = [
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
    "deserialise",
    "serialise",
]
