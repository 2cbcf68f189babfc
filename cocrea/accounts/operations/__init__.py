"""Verbs of accounts, by what they are about."""

from cocrea.accounts.operations.drafts import OtherVersion, as_kept, drop_draft, keep_draft, save_draft
from cocrea.accounts.operations.invitations import accept, decline, invite, withdraw_invitation
from cocrea.accounts.operations.organisations import add_organisation, rename_organisation
from cocrea.accounts.operations.profile import Profile, update_profile, withdraw
from cocrea.accounts.operations.registration import (
    confirm_email,
    create_administrator,
    register,
    register_assisted,
    resend_confirmation,
)
from cocrea.accounts.operations.roles import grant_role, revoke_role
from cocrea.accounts.operations.second_factor import (
    begin_enrolment,
    clear_second_factor,
    enrol,
    pass_second_factor,
    prove_again,
    remove_second_factor,
    renew_recovery_codes,
)
from cocrea.accounts.operations.secrets import change_password, request_reset, reset_password
from cocrea.accounts.operations.sign_ins import (
    Entry,
    close_others,
    close_sign_in,
    complete_sign_in,
    note_presence,
    open_sign_in,
    purge,
    sign_in,
)
from cocrea.accounts.operations.suspensions import reinstate, suspend

__all__ = [
    "Entry",
    "OtherVersion",
    "Profile",
    "accept",
    "add_organisation",
    "as_kept",
    "begin_enrolment",
    "change_password",
    "clear_second_factor",
    "close_others",
    "close_sign_in",
    "complete_sign_in",
    "confirm_email",
    "create_administrator",
    "decline",
    "drop_draft",
    "enrol",
    "grant_role",
    "invite",
    "keep_draft",
    "note_presence",
    "open_sign_in",
    "pass_second_factor",
    "prove_again",
    "purge",
    "register",
    "register_assisted",
    "reinstate",
    "remove_second_factor",
    "rename_organisation",
    "renew_recovery_codes",
    "request_reset",
    "resend_confirmation",
    "reset_password",
    "revoke_role",
    "save_draft",
    "sign_in",
    "suspend",
    "update_profile",
    "withdraw",
    "withdraw_invitation",
]
