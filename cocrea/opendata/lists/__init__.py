"""Every list of open data: what belongs to a cycle, and what belongs to the whole platform."""

from cocrea.opendata.lists import answering, commitments, consultation, cycles, history, review, tables, voting

OF_CYCLES = (
    cycles.STAGES,
    cycles.REPORTS,
    consultation.TOPICS,
    consultation.PROBLEMS,
    consultation.STATEMENTS,
    consultation.WORKSHOPS,
    tables.TABLES,
    tables.SESSIONS,
    tables.AGREEMENTS,
    tables.DUTIES,
    answering.PROPOSALS,
    answering.TEXTS,
    answering.AMENDMENTS,
    answering.ROUTINGS,
    answering.ANSWERS,
    answering.VERSIONS,
    voting.CONTESTS,
    voting.OPTIONS,
    *commitments.ALL,
    *review.ALL,
    consultation.COMMENTS,
    history.HISTORY,
)
OF_ALL = cycles.GLOBAL
DATASETS = {dataset.name: dataset for dataset in OF_CYCLES}
EVERYWHERE = {dataset.name: dataset for dataset in OF_ALL}
EVERY = (*OF_ALL, *OF_CYCLES)

__all__ = ["DATASETS", "EVERY", "EVERYWHERE", "OF_ALL", "OF_CYCLES"]
