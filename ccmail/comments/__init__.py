"""Stage: what somebody remarks on a place of a campaign becomes an entry in a file beside it, and is read back.

The public verbs are `add_comment`, `settle_comment` and `read_comments`; `spots_of` names the places that a campaign's
file has, `place_comments` finds them again after the file has changed, `check_comments` says what is open.

Comments change no mail and no version: they are not in the campaign's file.
"""

from ccmail.comments.checking import OPEN_COMMENTS, check_comments
from ccmail.comments.comment import Comment, Remark
from ccmail.comments.file import add_comment, comment_files, erase_lines, read_comments, settle_comment
from ccmail.comments.spots import PlacedComment, Spot, place_comments, spots_of

__all__ = [
    "OPEN_COMMENTS",
    "Comment",
    "PlacedComment",
    "Remark",
    "Spot",
    "add_comment",
    "check_comments",
    "comment_files",
    "erase_lines",
    "place_comments",
    "read_comments",
    "settle_comment",
    "spots_of",
]
