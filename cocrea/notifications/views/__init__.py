"""The pages of what people follow and are told."""

from cocrea.accounts.shelf import Leaf
from cocrea.core.i18n import lazy as _l
from cocrea.notifications import words
from cocrea.notifications.views import following, institutions, letters, notices
from cocrea.notifications.views.base import bp

LEAVES = (Leaf("notifications.index", _l("Avisos")), Leaf("notifications.followed", _l("Lo que sigo")))

__all__ = ["LEAVES", "bp", "following", "institutions", "letters", "notices", "words"]
