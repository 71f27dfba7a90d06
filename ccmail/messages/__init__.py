"""Stage 5: a contact and a rendered variant become the bytes of a message.

The public verb is `Assembler.assemble`. A variant is compiled once (`compile`: header and MIME tree encoded, slots
left open); a recipient is filled in afterwards. `freeze` and `thaw` make a compiled mail data, and data a mail.
"""

from ccmail.messages.assemble import Assembler, Message, NumberedMail
from ccmail.messages.compile import CompiledMail, Envelope, Frame
from ccmail.messages.frozen import FrozenMail, NotThawed, freeze, stretches_in, thaw
from ccmail.messages.headers import HeaderRefused

__all__ = [
    "Assembler",
    "CompiledMail",
    "Envelope",
    "Frame",
    "FrozenMail",
    "HeaderRefused",
    "Message",
    "NotThawed",
    "NumberedMail",
    "freeze",
    "stretches_in",
    "thaw",
]
