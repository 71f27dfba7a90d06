"""The preview page: what staff see is what readers get.

A message is assembled as `send` assembles it, and its bytes are taken apart again (`message`); nothing is rendered a
second time to be shown. `clients` changes the HTML as mail programs do. `studio` keeps the last good mail of a
campaign while its files are edited, `reload` watches them, `app` answers the browser.
"""
