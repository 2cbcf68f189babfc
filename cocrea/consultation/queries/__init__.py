"""Reading the consultation, by what is read."""

from cocrea.consultation.queries.answering import answering, own_answer, own_answers
from cocrea.consultation.queries.lists import (
    COUNTED_UP_TO,
    EXPORTED,
    Filter,
    Sort,
    by_territory,
    count,
    listing,
    taken_along,
)
from cocrea.consultation.queries.merging import gathered, mergeable, near, survivor
from cocrea.consultation.queries.opinions import changed_conversations, conversation, opinion_result, sentences
from cocrea.consultation.queries.packs import Pack, pack, visible_pack_item, visible_pack_version
from cocrea.consultation.queries.problems import published_from, visible_problem
from cocrea.consultation.queries.similar import similar
from cocrea.consultation.queries.statements import (
    number_waiting,
    own_statements,
    statements,
    visible_statement,
    waiting_statements,
)
from cocrea.consultation.queries.todo import todo
from cocrea.consultation.queries.topics import (
    Standing,
    in_fair_order,
    most_supported,
    ranking,
    supported_topics,
    topics,
    visible_topic,
)
from cocrea.consultation.queries.trees import Tree, given_lines, tree, visible_branch
from cocrea.consultation.queries.workshops import (
    attendance,
    entries,
    entry_count,
    entry_keys,
    last_entry,
    on_paper,
    visible_workshop,
    workshop_in,
    workshop_of,
    workshops,
)

__all__ = [
    "COUNTED_UP_TO",
    "EXPORTED",
    "Filter",
    "Pack",
    "Sort",
    "Standing",
    "Tree",
    "answering",
    "attendance",
    "by_territory",
    "changed_conversations",
    "conversation",
    "count",
    "entries",
    "entry_count",
    "entry_keys",
    "gathered",
    "given_lines",
    "in_fair_order",
    "last_entry",
    "listing",
    "mergeable",
    "most_supported",
    "near",
    "number_waiting",
    "on_paper",
    "opinion_result",
    "own_answer",
    "own_answers",
    "own_statements",
    "pack",
    "published_from",
    "ranking",
    "sentences",
    "similar",
    "statements",
    "supported_topics",
    "survivor",
    "taken_along",
    "todo",
    "topics",
    "tree",
    "visible_branch",
    "visible_pack_item",
    "visible_pack_version",
    "visible_problem",
    "visible_statement",
    "visible_topic",
    "visible_workshop",
    "waiting_statements",
    "workshop_in",
    "workshop_of",
    "workshops",
]
