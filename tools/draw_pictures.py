"""Draw the pictures of the example campaigns: `python tools/draw_pictures.py [NAME]...`.

They replace photos whose rights are not ours. The same program draws the same pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pictures import city, conference, hall, mark, panel, talk

PHOTOS = Path(__file__).parent.parent / "campaigns" / "photos"

PICTURES = {
    "digital-city.jpg": city.draw,
    "covid-governance.jpg": hall.draw,
    "video-2021-03-12.jpg": conference.draw,
    "2021-03-12-panel.jpg": panel.draw,
    "2021-03-12-tartu.jpg": talk.draw,
}


def main(names: list[str]) -> None:
    """Draw the named pictures, or all, and print their sizes."""
    for name in names or [*PICTURES, "logo.png"]:
        file = PHOTOS / name
        if name in PICTURES:
            PICTURES[name]().finished().save(file, quality=82, progressive=True, optimize=True)
        else:
            mark.draw().save(file, optimize=True)
        print(f"{name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
