"""The pages of accounts: registration, entering, recovering, one's own account, the second factor."""

from cocrea.accounts.views import (
    account,
    administration,
    appointments,
    drafts,
    invitations,
    organisations,
    recovery,
    registration,
    second_factor,
    sign_ins,
)
from cocrea.accounts.views.base import bp

__all__ = [
    "account",
    "administration",
    "appointments",
    "bp",
    "drafts",
    "invitations",
    "organisations",
    "recovery",
    "registration",
    "second_factor",
    "sign_ins",
]
