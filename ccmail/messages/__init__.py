"""Stage 5: a contact and a rendered variant become the bytes of a message.

The public verb is `Assembler.assemble`. A variant is compiled once (`compile`: header and MIME tree encoded, slots
left open); a recipient is filled in afterwards.
"""

from ccmail.messages.assemble import Assembler, Message, message_id, unsubscribe_token
from ccmail.messages.compile import CompiledMail, Envelope
from ccmail.messages.headers import HeaderRefused

__all__ = ["Assembler", "CompiledMail", "Envelope", "HeaderRefused", "Message", "message_id", "unsubscribe_token"]
