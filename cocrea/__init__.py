"""Cocrea: open-government action plans, co-created in public and followed until verified."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import cocrea.accounts.jobs
import cocrea.accounts.operations.invitations
import cocrea.accounts.operations.profile
import cocrea.accounts.operations.sign_ins
import cocrea.accounts.queries
import cocrea.accounts.views
import cocrea.accounts.words
import cocrea.audit.jobs
import cocrea.audit.views
import cocrea.cli
import cocrea.commitments.queries
import cocrea.commitments.views
import cocrea.commitments.words
import cocrea.consultation.jobs
import cocrea.consultation.queries
import cocrea.consultation.views
import cocrea.core.views
import cocrea.cycles.jobs
import cocrea.cycles.queries
import cocrea.cycles.views
import cocrea.cycles.words
import cocrea.discussion.attachments
import cocrea.discussion.queries
import cocrea.discussion.views
import cocrea.followup.jobs
import cocrea.followup.queries
import cocrea.followup.views
import cocrea.forums.operations
import cocrea.forums.queries
import cocrea.forums.views
import cocrea.forums.words
import cocrea.moderation.views
import cocrea.notifications.jobs
import cocrea.notifications.views
import cocrea.opendata.api
import cocrea.opendata.views
import cocrea.proposals.jobs
import cocrea.proposals.operations
import cocrea.proposals.queries
import cocrea.proposals.views
import cocrea.proposals.words
import cocrea.tables.jobs
import cocrea.tables.operations
import cocrea.tables.queries
import cocrea.tables.sockets
import cocrea.tables.views
import cocrea.tables.words
import cocrea.voting.jobs
import cocrea.voting.operations
import cocrea.voting.queries
import cocrea.voting.views
from cocrea.accounts import offices, shelf
from cocrea.accounts.models import Role, Visitor
from cocrea.audit.directory import directory
from cocrea.audit.operations import listen, listen_together, listen_within
from cocrea.commitments import panels as commitment_panels
from cocrea.commitments import passages as commitment_passages
from cocrea.commitments import roadmap, uptake
from cocrea.config import PROJECT, Settings
from cocrea.consultation import figures as consultation_figures
from cocrea.consultation import groups as topic_groups
from cocrea.consultation import panels as problem_panels
from cocrea.consultation import report_sections as consultation_report
from cocrea.consultation import rules as consultation_rules
from cocrea.core import compression, http, i18n, live, logs, todo, visitor_pages
from cocrea.cycles import chores, figures, publicity, report_sections, rules
from cocrea.cycles import panels as cycle_panels
from cocrea.cycles import policies as cycle_policies
from cocrea.cycles.models import StageKind
from cocrea.discussion import anchoring
from cocrea.discussion import rules as comment_rules
from cocrea.discussion.models import ContributionKind
from cocrea.extensions import babel, csrf, db, limiter, login, mail, migrate, queue
from cocrea.forums.agenda import agenda
from cocrea.forums.models import HolderKind
from cocrea.notifications.reach import TELLINGS
from cocrea.proposals import feeding, standing, steps
from cocrea.proposals import panels as proposal_panels
from cocrea.proposals import rules as proposal_rules
from cocrea.proposals.addressing import addressing
from cocrea.proposals.models import ProposalStatus
from cocrea.tables import calendars as table_calendars
from cocrea.tables import figures as table_figures
from cocrea.tables import report_sections as table_report
from cocrea.tables import rules as table_rules
from cocrea.tables.calling import calling
from cocrea.tables.working import working
from cocrea.voting import figures as voting_figures
from cocrea.voting import votes

BLUEPRINTS = (
    cocrea.core.views.bp,
    cocrea.accounts.views.bp,
    cocrea.audit.views.bp,
    cocrea.cycles.views.bp,
    cocrea.forums.views.bp,
    cocrea.discussion.views.bp,
    cocrea.consultation.views.bp,
    cocrea.moderation.views.bp,
    cocrea.tables.views.bp,
    cocrea.proposals.views.bp,
    cocrea.voting.views.bp,
    cocrea.commitments.views.bp,
    cocrea.followup.views.bp,
    cocrea.notifications.views.bp,
    cocrea.opendata.views.bp,
)
TODO_PROVIDERS: tuple[todo.Provider, ...] = (
    cocrea.accounts.queries.todo,
    cocrea.forums.queries.todo,
    cocrea.cycles.queries.todo,
    cocrea.consultation.queries.todo,
    cocrea.tables.queries.todo,
    cocrea.proposals.queries.todo,
    cocrea.voting.queries.todo,
    cocrea.commitments.queries.todo,
    cocrea.followup.queries.todo,
    cocrea.followup.queries.to_assess,
)
LISTENERS = (
    ("role.granted", cocrea.tables.jobs.roles_changed),
    ("session.scheduled", cocrea.tables.jobs.session_changed),
    ("session.edited", cocrea.tables.jobs.session_changed),
    ("session.cancelled", cocrea.tables.jobs.session_changed),
    ("role.revoked", cocrea.tables.jobs.roles_changed),
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from `settings` (default: the environment). Importing this package has no effects."""
    settings = settings or Settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    logs.init_logging()
    app = Flask(
        "cocrea",
        root_path=str(PROJECT / "cocrea"),
        instance_path=str(settings.instance),
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "static"),
    )
    app.config.from_mapping(settings.flask())
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    compression.init_app(app)
    _bind_extensions(app)
    http.init_app(app)
    _introduce_domains()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    cocrea.opendata.api.init_app(app)
    cocrea.cli.init_app(app)
    return app


def _introduce_domains() -> None:
    """Hand to each domain what those above it provide, without its knowing them."""
    directory.bind(names=publicity.names, scopes=(*publicity.SCOPES, cocrea.tables.queries.public_scopes))
    agenda.bind(
        counts=cocrea.cycles.queries.counts_by_space,
        cycles=cocrea.cycles.queries.listing,
        can_create=cycle_policies.can_create,
        known=cocrea.tables.queries.seated_in,
    )
    for kind in comment_rules.KINDS:
        rules.provide(kind, *comment_rules.ALL)
    rules.provide(StageKind.CONSULTATION, *consultation_rules.ALL)
    rules.provide(StageKind.TABLES, *table_rules.ALL)
    rules.provide(StageKind.PROPOSALS, *proposal_rules.ALL)
    shelf.provide(table_calendars.LEAF)
    feeding.provide(cocrea.commitments.queries.titles)
    for leaf in cocrea.notifications.views.LEAVES:
        shelf.provide(leaf)
    anchoring.provide(ContributionKind.COMMITMENT, commitment_passages.named)
    roadmap.provide(cocrea.followup.queries.planned)
    roadmap.provide_dates(cocrea.followup.queries.references, cocrea.followup.operations.reschedule)
    topic_groups.provide(cocrea.tables.queries.scopes_on)
    steps.provide(ProposalStatus.ADMITTED, votes.CALL)
    steps.provide(ProposalStatus.SELECTED, uptake.BEGIN)
    chores.provide(uptake.PUBLISH_PLAN)
    _introduce_people()
    _introduce_pages()
    for provider in TODO_PROVIDERS:
        todo.provide(provider)
    for action, listener in LISTENERS:
        listen(action, listener)
    for step in standing.TOLD:
        listen_together(f"proposal.{step}", cocrea.proposals.jobs.steps_taken)
    for step in standing.LEFT:
        listen_together(f"proposal.{step}", cocrea.proposals.jobs.rearranged)
    for step in standing.MOVED:
        listen_together(f"proposal.{step}", cocrea.proposals.jobs.routings_moved)
    for action in TELLINGS:
        listen_within(action, cocrea.notifications.jobs.happened)
    listen_within("contest.registered_late", cocrea.notifications.jobs.registered_late)


def _introduce_people() -> None:
    """What offices there are, what accepting an offer means, and what follows from holding a seat."""
    offices.provide(cocrea.accounts.queries.offices)
    offices.provide(cocrea.forums.queries.offices)
    cocrea.accounts.operations.invitations.take_by(Role.MEMBER, cocrea.tables.operations.take_offered)
    cocrea.accounts.operations.invitations.take_by(Role.COAUTHOR, cocrea.proposals.operations.take_offered)
    cocrea.accounts.operations.profile.end_by(cocrea.discussion.attachments.forget_drafts)
    cocrea.accounts.operations.profile.end_by(cocrea.voting.operations.strike_address)
    cocrea.accounts.operations.profile.refuse_pseudonym_by(cocrea.forums.operations.refuse_pseudonym)
    cocrea.accounts.operations.sign_ins.renew_by(cocrea.tables.operations.renew_calendar)
    cocrea.forums.operations.follow_by(cocrea.tables.operations.follow_seats)
    for kind in HolderKind:
        cocrea.accounts.operations.invitations.take_by(kind.role, cocrea.forums.operations.take_offered(kind))


def _introduce_pages() -> None:
    """What pages, figures and reports show that other domains know."""
    figures.provide(consultation_figures.received, consultation_figures.LABELS)
    figures.provide(table_figures.received, table_figures.LABELS)
    figures.provide(cocrea.proposals.queries.figures, cocrea.proposals.words.FIGURES)
    figures.provide(voting_figures.received, voting_figures.LABELS)
    figures.provide(cocrea.commitments.queries.figures, cocrea.commitments.words.FIGURES)
    report_sections.provide(*consultation_report.SECTIONS, *table_report.SECTIONS, cocrea.proposals.queries.FATES)
    report_sections.refresh_by(cocrea.consultation.jobs.compute_opinions)
    report_sections.bind_names(cocrea.discussion.queries.headings)
    problem_panels.provide("consultation/_workshop_of.html", cocrea.consultation.queries.workshop_of)
    problem_panels.provide("tables/_of_problem.html", working)
    problem_panels.provide("proposals/_addressing.html", addressing)
    cycle_panels.provide("tables/_of_cycle.html", calling)
    cycle_panels.provide("proposals/_answers_of_cycle.html", proposal_rules.has_proposals)
    proposal_panels.provide("voting/_of_proposal.html", votes.vote)
    proposal_panels.provide("commitments/_uptake.html", uptake.uptake)
    commitment_panels.provide("followup/_panel.html", cocrea.followup.views.commitment_panel)


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(PROJECT / "migrations"))
    csrf.init_app(app)
    babel.init_app(app, locale_selector=i18n.select_locale)
    i18n.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)
    queue.init_app(app)
    live.init_app(app)
    visitor_pages.init_app(app)
    login.init_app(app)
    login.anonymous_user = Visitor
    login.user_loader(cocrea.accounts.queries.signed_in_person)
