"""What the verbs of accounts do, and refuse."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from cocrea.accounts import links, operations, passwords, queries
from cocrea.accounts.links import Purpose
from cocrea.accounts.models import (
    PLATFORM,
    Attempts,
    Credential,
    Draft,
    Grant,
    Person,
    RecoveryCode,
    Role,
    Sector,
    SignIn,
)
from cocrea.accounts.operations import Profile
from cocrea.audit.models import HistoryRecord
from cocrea.core import live
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from tests.factories import accounts as make
from tests.factories import cycles

STRONG = passwords.AcceptedPassword(make.PASSWORD_HASH)


@pytest.fixture(autouse=True)
def request_context(app):
    """E-mails hold addresses of pages, which are made inside a request."""
    with app.test_request_context():
        yield


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


@pytest.fixture
def cut_off(monkeypatch):
    rooms = []
    monkeypatch.setattr(live, "disconnect", rooms.append)
    return rooms


def register(email="ana@example.org", *, now, **profile):
    with transaction():
        operations.register(email=email, password=STRONG, profile=Profile("Ana", **profile), now=now)
    return queries.credential_by_email(email)


def try_to_enter(email, password, now):
    proof = queries.prove_password(email, password)
    with transaction():
        return operations.sign_in(proof=proof, device="Firefox · Linux", now=now)


def open_rows(person, now):
    return [row.id for row in queries.open_sign_ins(person, now)]


def history(action):
    return list(db.session.scalars(sa.select(HistoryRecord).filter_by(action=action).order_by(HistoryRecord.id)))


class TestRegistering:
    def test_opens_an_unconfirmed_account_and_writes_to_its_mailbox(self, now, outbox):
        credential = register("Ana@Example.org ", now=now, sector=Sector.ACADEMIA, territory="MX-OAX")
        assert credential.email == "ana@example.org"
        assert (credential.person.is_verified, credential.person.territory) == (False, "MX-OAX")
        assert outbox[0].to == ["ana@example.org"]
        assert "/registro/confirmacion/" in outbox[0].body

    def test_a_taken_email_changes_nothing_and_tells_its_owner(self, now, outbox):
        person = make.person("Dueña")
        make.credential(person, "ana@example.org")
        with transaction():
            other = passwords.AcceptedPassword("otra")
            operations.register(email="ANA@example.org", password=other, profile=Profile("Intrusa"), now=now)
        assert db.session.scalar(sa.select(sa.func.count(Credential.person_id))) == 1
        assert queries.credential_by_email("ana@example.org").password_hash == make.PASSWORD_HASH
        assert "/contrasena/nueva/" in outbox[0].body

    def test_an_organisation_of_the_list_is_linked_and_another_is_kept_as_text(self, now, outbox):
        known = make.organisation()
        linked = register("a@example.org", now=now, organisation=known.name.upper())
        free = register("b@example.org", now=now, organisation="Vecinas  de Xoco")
        assert linked.person.organisation_id == known.id
        assert (free.person.organisation, free.person.organisation_name) == (None, "Vecinas de Xoco")

    @pytest.mark.parametrize("profile", [Profile("A"), Profile("x" * 81), Profile("persona que se retiro")])
    def test_refuses_names_that_mislead(self, app, now, profile):
        with pytest.raises(Invalid), transaction():
            operations.register(email="a@example.org", password=STRONG, profile=profile, now=now)

    def test_refuses_an_entity_that_does_not_exist(self, app, now):
        with pytest.raises(Invalid), transaction():
            profile = Profile("Ana", territory="MX-XXX")
            operations.register(email="a@example.org", password=STRONG, profile=profile, now=now)


class TestConfirming:
    def claim(self, credential, now):
        return links.read(Purpose.CONFIRM, links.write(Purpose.CONFIRM, credential, now), now)

    def test_works_once(self, now, outbox):
        credential = register(now=now)
        claim = self.claim(credential, now)
        with transaction():
            operations.confirm_email(claim=claim, now=now)
        assert queries.credential_by_email("ana@example.org").person.verified_at == now
        with pytest.raises(Conflict), transaction():
            operations.confirm_email(claim=claim, now=now)

    def test_a_link_expires_and_serves_no_other_purpose(self, now, outbox):
        credential = register(now=now)
        token = links.write(Purpose.CONFIRM, credential, now)
        assert links.read(Purpose.CONFIRM, token, now + timedelta(days=3)) is None
        assert links.read(Purpose.RESET, token, now) is None
        assert links.read(Purpose.CONFIRM, token[:-2], now) is None
        assert links.read(Purpose.CONFIRM, "ñ.basura", now) is None

    def test_a_link_holds_for_one_email_only(self, now, outbox):
        credential = register(now=now)
        claim = self.claim(credential, now)
        with transaction():
            db.session.get(Credential, credential.person_id).email = "otra@example.org"
        with pytest.raises(Conflict), transaction():
            operations.confirm_email(claim=claim, now=now)


class TestSigningIn:
    def test_opens_a_sign_in_of_which_only_a_hash_is_kept(self, app, now):
        person = make.person()
        make.credential(person, "ana@example.org")
        entry = try_to_enter("ana@example.org", make.PASSWORD, now)
        assert queries.signed_in_person(entry.token).id == person.id
        row = db.session.scalar(sa.select(SignIn))
        assert entry.token not in {row.token_hash, row.device}

    def test_unknown_emails_cost_the_same_work(self, app, now, monkeypatch):
        checked = []
        monkeypatch.setattr(passwords, "run_apart", lambda fn, *args: checked.append(args[0]))
        queries.prove_password("nadie@example.org", "lo que sea")
        assert checked == [passwords.UNKNOWN]
        assert not passwords.hasher.check_needs_rehash(passwords.UNKNOWN)

    def test_the_same_statements_run_for_known_and_unknown_emails(self, app, now, count_queries):
        make.credential(make.person(), "ana@example.org")
        try_to_enter("ana@example.org", "equivocada", now)
        try_to_enter("nadie@example.org", "equivocada", now)
        with count_queries() as known:
            try_to_enter("ana@example.org", "equivocada", now)
        with count_queries() as unknown:
            try_to_enter("nadie@example.org", "equivocada", now)
        writes = [[s.split()[0] for s in log if not s.startswith("SELECT")] for log in (known, unknown)]
        assert writes[0] == writes[1]

    @pytest.mark.parametrize("email", ["ana@example.org", "nadie@example.org"])
    def test_each_fifth_failure_locks_for_longer_whether_or_not_there_is_an_account(self, app, now, email):
        make.credential(make.person(), "ana@example.org")
        answers = [try_to_enter(email, "equivocada", now).locked_until for _ in range(5)]
        assert answers == [None] * 4 + [now + timedelta(minutes=1)]
        assert try_to_enter(email, make.PASSWORD, now).locked_until == now + timedelta(minutes=1)
        later = now + timedelta(minutes=1)
        answers = [try_to_enter(email, "equivocada", later).locked_until for _ in range(5)]
        assert answers[-1] == later + timedelta(minutes=2)

    def test_a_complete_sign_in_forgets_the_failures(self, app, now):
        make.credential(make.person(), "ana@example.org")
        try_to_enter("ana@example.org", "equivocada", now)
        assert try_to_enter("ana@example.org", make.PASSWORD, now).token
        assert db.session.scalar(sa.select(Attempts)) is None

    def test_a_suspended_person_is_told_only_with_the_right_password(self, app, now):
        make.credential(make.person(suspended_at=now), "ana@example.org")
        assert try_to_enter("ana@example.org", "equivocada", now).token is None
        with pytest.raises(Denied):
            try_to_enter("ana@example.org", make.PASSWORD, now)

    def test_an_old_hash_is_renewed(self, app, now):
        credential = make.credential(make.person(), "ana@example.org")
        credential.password_hash = passwords.PasswordHasher(time_cost=1, memory_cost=8192).hash(make.PASSWORD)
        db.session.commit()
        assert try_to_enter("ana@example.org", make.PASSWORD, now).token
        assert not passwords.hasher.check_needs_rehash(queries.credential_by_email("ana@example.org").password_hash)

    def test_expired_revoked_and_foreign_tokens_bring_nobody_in(self, app, now, clock, cut_off):
        make.credential(make.person(), "ana@example.org")
        token = try_to_enter("ana@example.org", make.PASSWORD, now).token
        assert queries.signed_in_person("otra cosa") is None
        with transaction():
            operations.close_sign_in(sign_in=db.session.scalar(sa.select(SignIn)), now=now)
        assert queries.signed_in_person(token) is None
        assert cut_off == [f"sign-in:{db.session.scalar(sa.select(SignIn.id))}"]
        fresh = try_to_enter("ana@example.org", make.PASSWORD, now).token
        clock.advance(days=14)
        assert queries.signed_in_person(fresh) is None


class TestSecondFactor:
    def code(self, moment):
        return pyotp.TOTP(make.TOTP_SECRET).at(moment)

    def enter(self, person, code, now):
        with transaction():
            return operations.complete_sign_in(person_id=person.id, code=code, device="", now=now)

    def test_the_password_alone_does_not_sign_in(self, app, now):
        person = make.person()
        make.credential(person, "ana@example.org", second_factor=True)
        entry = try_to_enter("ana@example.org", make.PASSWORD, now)
        assert (entry.token, entry.awaits_code_of) == (None, person.id)
        assert db.session.scalar(sa.select(SignIn)) is None

    def test_a_code_works_once(self, app, now):
        person = make.person()
        make.credential(person, second_factor=True)
        assert self.enter(person, self.code(now), now).token
        assert self.enter(person, self.code(now), now).token is None
        assert self.enter(person, self.code(now - timedelta(seconds=30)), now).token is None

    def test_codes_far_from_now_are_refused(self, app, now):
        person = make.person()
        make.credential(person, second_factor=True)
        assert self.enter(person, self.code(now - timedelta(minutes=2)), now).token is None
        assert self.enter(person, "", now).token is None

    def test_guessing_codes_locks(self, app, now):
        person = make.person()
        make.credential(person, second_factor=True)
        answers = [self.enter(person, "000000", now) for _ in range(5)]
        assert answers[-1].locked_until == now + timedelta(minutes=1)
        assert self.enter(person, self.code(now), now).token is None

    def test_a_right_password_does_not_reset_the_count_of_wrong_codes(self, app, now):
        person = make.person()
        make.credential(person, "ana@example.org", second_factor=True)
        for _ in range(4):
            self.enter(person, "000000", now)
            try_to_enter("ana@example.org", make.PASSWORD, now)
        assert self.enter(person, "000000", now).locked_until

    def test_a_recovery_code_works_once_and_only_for_its_owner(self, app, now):
        person, other = make.person(), make.person()
        make.credential(person, second_factor=True)
        make.credential(other, second_factor=True)
        code = make.recovery_code(person)
        assert self.enter(other, code, now).token is None
        assert self.enter(person, code.upper().replace("-", " "), now).token
        assert self.enter(person, code, now).token is None

    def test_enrolling_needs_a_code_and_gives_recovery_codes_once(self, app, now, cut_off, outbox):
        person = make.person()
        credential = make.credential(person)
        with transaction():
            operations.begin_enrolment(actor=person, now=now)
        secret = credential.totp_secret
        with pytest.raises(Invalid), transaction():
            operations.enrol(actor=person, code="000000", now=now)
        with transaction():
            codes = operations.enrol(actor=person, code=pyotp.TOTP(secret).at(now), now=now)
        assert credential.has_second_factor and len(set(codes)) == 10
        stored = set(db.session.scalars(sa.select(RecoveryCode.code_hash)))
        assert not stored & set(codes) and len(stored) == 10
        with pytest.raises(Conflict), transaction():
            operations.begin_enrolment(actor=person, now=now)

    def test_a_role_that_obliges_it_keeps_it(self, app, now):
        person = make.grant(make.person(), Role.OFFICIAL, "organisation:1")
        make.credential(person, "ana@example.org", second_factor=True)
        proof = queries.prove_password("ana@example.org", make.PASSWORD)
        with pytest.raises(Denied), transaction():
            operations.remove_second_factor(actor=person, proof=proof, now=now)


class TestPasswords:
    def test_a_reset_signs_out_everywhere_confirms_the_email_and_works_once(self, app, now, cut_off, outbox):
        person = make.person(verified=False)
        credential = make.credential(person, "ana@example.org")
        try_to_enter("ana@example.org", make.PASSWORD, now)
        for _ in range(5):
            try_to_enter("ana@example.org", "equivocada", now)
        claim = links.read(Purpose.RESET, links.write(Purpose.RESET, credential, now), now)
        new = passwords.accept("canasta verde sobre hielo")
        with transaction():
            operations.reset_password(claim=claim, password=new, now=now)
        assert open_rows(person, now) == []
        assert f"person:{person.id}" in cut_off
        assert person.is_verified
        assert try_to_enter("ana@example.org", "canasta verde sobre hielo", now).token
        with pytest.raises(Conflict), transaction():
            operations.reset_password(claim=claim, password=new, now=now)

    def test_a_reset_lives_for_an_hour(self, app, now):
        token = links.write(Purpose.RESET, make.credential(make.person()), now)
        assert links.read(Purpose.RESET, token, now + timedelta(minutes=59))
        assert links.read(Purpose.RESET, token, now + timedelta(hours=1)) is None

    def test_asking_for_an_unknown_email_sends_nothing_and_says_nothing(self, app, now, outbox):
        with transaction():
            assert operations.request_reset(email="nadie@example.org", now=now) is None
        assert outbox == []

    @pytest.mark.parametrize("ask", [operations.request_reset, operations.resend_confirmation])
    def test_asking_costs_the_same_work_for_everyone(self, app, now, ask, count_queries, outbox):
        make.credential(make.person(verified=False), "ana@example.org")

        def statements(email):
            db.session.expunge_all()
            with count_queries() as log, transaction():
                ask(email=email, now=now)
            return list(log)

        assert statements("ana@example.org") == statements("nadie@example.org")
        assert [letter.to for letter in outbox] == [["ana@example.org"]]

    def test_changing_keeps_this_device_and_signs_out_the_others(self, app, now, cut_off, outbox):
        make.credential(make.person(), "ana@example.org")
        first = try_to_enter("ana@example.org", make.PASSWORD, now).token
        other = try_to_enter("ana@example.org", make.PASSWORD, now).token
        actor = queries.signed_in_person(first)
        proof = queries.prove_password("ana@example.org", make.PASSWORD)
        with transaction():
            operations.change_password(actor=actor, proof=proof, password=STRONG, now=now)
        assert queries.signed_in_person(first) and queries.signed_in_person(other) is None
        assert "contraseña" in outbox[-1].body

    def test_changing_needs_the_own_present_password(self, app, now):
        person, other = make.person(), make.person()
        make.credential(person, "ana@example.org")
        make.credential(other, "eva@example.org")
        for email, typed in (("ana@example.org", "equivocada"), ("eva@example.org", make.PASSWORD)):
            proof = queries.prove_password(email, typed)
            with pytest.raises(Invalid), transaction():
                operations.change_password(actor=person, proof=proof, password=STRONG, now=now)

    @pytest.mark.parametrize(
        "weak",
        [
            "corta",
            "password123",
            "contraseña1",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "guadalupe1985",
            "mexico2026!",
            "x" * 201,
        ],
    )
    def test_weak_ones_are_refused_offline(self, app, weak):
        with pytest.raises(Invalid):
            passwords.accept(weak)

    def test_own_words_are_refused(self, app):
        about = ["ana.xochimilca@example.org", "Ana Xochimilca"]
        with pytest.raises(Invalid):
            passwords.accept("97-XOCHIMILCA-barco-lento", about)
        accepted = passwords.accept("barco lento bajo lluvia", about)
        assert accepted.hash not in repr(accepted)


class TestRoles:
    def test_a_steward_names_a_facilitator_of_a_cycle_of_the_space(self, app, now):
        cycle = cycles.cycle()
        steward, person = cycles.steward(cycle), make.person()
        with transaction():
            operations.grant_role(
                actor=steward,
                person=person,
                role=Role.FACILITATOR,
                scope=cycle,
                within=[f"space:{cycle.space_id}"],
                now=now,
            )
        db.session.refresh(person)
        assert person.holds(Role.FACILITATOR, cycle)
        record = history("role.granted")[0]
        assert (record.actor, record.subject, record.scope) == (steward.public_id, person.public_id, cycle.scope)
        assert person.name not in record.canonical

    def test_granting_twice_is_granting_once(self, app, now):
        admin, person = make.grant(make.person(), Role.ADMINISTRATOR, PLATFORM), make.person()
        for _ in range(2):
            with transaction():
                operations.grant_role(actor=admin, person=person, role=Role.OFFICIAL, scope="organisation:1", now=now)
        assert len(history("role.granted")) == 1

    def test_strangers_and_stewards_of_elsewhere_give_nothing(self, app, now):
        mine, other = cycles.cycle(), cycles.cycle()
        for actor in (make.person(), cycles.steward(other), cycles.facilitator(mine)):
            with pytest.raises(Denied), transaction():
                operations.grant_role(
                    actor=actor,
                    person=actor,
                    role=Role.FACILITATOR,
                    scope=mine,
                    within=[f"space:{mine.space_id}"],
                    now=now,
                )

    def test_revoking_cuts_the_live_connections(self, app, now, cut_off):
        cycle = cycles.cycle()
        person = cycles.facilitator(cycle)
        admin = make.grant(make.person(), Role.ADMINISTRATOR, PLATFORM)
        with transaction():
            operations.revoke_role(actor=admin, person=person, role=Role.FACILITATOR, scope=cycle, now=now)
        assert db.session.scalar(sa.select(Grant).where(Grant.person_id == person.id)) is None
        assert cut_off == [f"person:{person.id}"]
        assert history("role.revoked")

    def test_the_last_administrator_stays(self, app, now):
        admin = make.grant(make.person(), Role.ADMINISTRATOR, PLATFORM)
        with pytest.raises(Conflict), transaction():
            operations.revoke_role(actor=admin, person=admin, role=Role.ADMINISTRATOR, scope=PLATFORM, now=now)

    def test_a_facilitator_registers_someone_without_email(self, app, now):
        cycle = cycles.cycle()
        facilitator = cycles.facilitator(cycle)
        with transaction():
            person = operations.register_assisted(
                actor=facilitator,
                profile=Profile("Doña Lupe"),
                scopes=(cycle.scope,),
                cycle_scope=cycle.scope,
                now=now,
            )
        assert person.registered_by_id == facilitator.id
        assert "Lupe" not in history("person.assisted")[0].canonical

    def test_the_first_administrator(self, app, now):
        with transaction():
            operations.create_administrator(
                email="jefa@example.org", password=STRONG, profile=Profile("Jefa"), now=now
            )
        assert queries.credential_by_email("jefa@example.org").person.is_administrator
        assert history("role.granted")[0].actor == "system"


class TestLeaving:
    def leave(self, person, typed, now):
        proof = queries.prove_password(queries.email_of(person), typed)
        with transaction():
            operations.withdraw(actor=person, proof=proof, now=now)

    def test_erases_the_person_and_every_way_in(self, app, now, cut_off):
        person = make.grant(make.person("Nombre Real", territory="MX-OAX"), Role.OFFICIAL, "organisation:1")
        make.credential(person, "ana@example.org", second_factor=True)
        make.recovery_code(person)
        make.save(Draft(person_id=person.id, form="problem:1", fields={"title": "Lo que pensaba"}, saved_at=now))
        self.leave(person, make.PASSWORD, now)
        assert str(person.label) == "Persona que se retiró"
        assert (person.territory, person.sector, person.grants) == (None, None, [])
        for table in (Credential, SignIn, RecoveryCode, Grant, Draft):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        assert "Nombre Real" not in str(db.session.execute(sa.select(Person.__table__)).all())
        assert cut_off[-1] == f"person:{person.id}"

    def test_needs_the_password(self, app, now):
        person = make.person()
        make.credential(person)
        with pytest.raises(Invalid):
            self.leave(person, "equivocada", now)
        assert person.is_active


def test_every_email_carries_one_full_address_of_this_site(app, now, outbox):
    register(now=now)
    with transaction():
        operations.request_reset(email="ana@example.org", now=now)
        operations.resend_confirmation(email="ana@example.org", now=now)
    base = re.escape(app.config["COCREA"].public_url)
    for message in outbox:
        assert len(re.findall(rf"^{base}/\S+$", message.body, re.MULTILINE)) == 1


def test_purging_forgets_what_is_no_longer_needed(app, now):
    make.credential(make.person(), "ana@example.org")
    try_to_enter("ana@example.org", make.PASSWORD, now)
    try_to_enter("nadie@example.org", "equivocada", now)
    with transaction():
        operations.purge(now=now + timedelta(days=15))
    assert db.session.scalar(sa.select(SignIn)) is None
    assert db.session.scalar(sa.select(Attempts)) is None
