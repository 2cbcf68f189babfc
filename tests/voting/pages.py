"""What tests of the pages of contests share: addresses, what forms send, and the receipt that a page shows."""

from __future__ import annotations

import re


def url_of(contest, tail=""):
    return f"/votaciones/{contest.reference}{tail}"


def ballot(*choices, **more):
    return {**{f"option_{n}": choice for n, choice in enumerate(choices, 1)}, **more}


def cast(client, contest, *choices):
    return client.post(url_of(contest, "/boleta"), data=ballot(*choices, confirmed="1"))


def receipt_in(page):
    return re.search(r"data-copy>([0-9A-Z-]{19})<", page.text).group(1)
