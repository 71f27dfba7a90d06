"""A finished mail, taken apart: its parts, HTML, styles, colours and calendar file."""
