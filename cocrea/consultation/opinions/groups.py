"""Where people stand by their answers, and whether they stand in groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cocrea.consultation.opinions.answers import Floats, Labels

ENOUGH_PEOPLE = 30
MOST_GROUPS = 5
ASKED, AT_ONCE = 2000, 500
FLOOR = 0.40
SHUFFLES, BEYOND_CHANCE = 10, 3.0
STARTS, FEWER_STARTS, ROUNDS, SEED = 20, 4, 100, 20190712


def project(values: Floats, left_out: npt.NDArray[np.bool_]) -> Floats:
    """Two coordinates for each person: the principal components of their answers.

    What was not asked takes the statement's mean, and so says nothing; the position of people who answered little is
    stretched by the square root of statements over answers. Signs are fixed: a component's larger side is positive.
    """
    values = np.where(left_out, 0.0, values)
    people, statements = values.shape
    if people < 2 or statements < 2:
        return np.zeros((people, 2))
    seen = ~np.isnan(values)
    means = _means(values)
    centred = np.where(seen, values - means, 0.0)
    axes = _axes(centred)
    stretch = np.sqrt(statements / np.maximum(1, seen.sum(axis=1)))
    points: Floats = np.round(centred @ axes * stretch[:, None], 9)
    return points


def extremities(values: Floats, left_out: npt.NDArray[np.bool_]) -> Floats:
    """How far from the middle someone would stand who only disagreed with each statement: the length of its projection.

    As `pca-project-cmnts` and `comment-extremity` in Polis's math/src/polismath/math/pca.clj and conversation.clj.
    """
    values = np.where(left_out, 0.0, values)
    people, statements = values.shape
    if people < 2 or statements < 2:
        return np.zeros(statements)
    means = _means(values)
    axes = _axes(np.where(np.isnan(values), 0.0, values - means))
    lengths: Floats = np.sqrt(statements) * np.abs(-1.0 - means) * np.linalg.norm(axes, axis=1)
    return np.round(lengths, 6)


def _means(values: Floats) -> Floats:
    """The mean answer to each statement among those who gave one."""
    seen = ~np.isnan(values)
    means: Floats = np.where(seen, values, 0.0).sum(axis=0) / np.maximum(1, seen.sum(axis=0))
    return means


def _axes(centred: Floats) -> Floats:
    """The first two principal components, one in each column; the larger side of each is positive."""
    _sizes, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :2]
    turned: Floats = axes * np.where(np.abs(axes.min(axis=0)) > axes.max(axis=0), -1.0, 1.0)
    return turned


def divided(values: Floats, left_out: npt.NDArray[np.bool_], points: Floats) -> tuple[Labels | None, float | None]:
    """The best division of the points and its silhouette; None where too few answered or nothing divides them.

    Divides means: clearly (`FLOOR`), and three standard deviations more clearly than the same answers do when each
    statement's are dealt out anew among the people who were asked it, which no group survives.
    """
    if len(points) < ENOUGH_PEOPLE:
        return None, None
    labels, width = _best(points)
    if width <= FLOOR:
        return None, width
    dealer = np.random.default_rng(SEED)
    by_chance = [_best(project(_dealt(values, dealer), left_out), FEWER_STARTS)[1] for _ in range(SHUFFLES)]
    divides = width > np.mean(by_chance) + BEYOND_CHANCE * np.std(by_chance)
    return (labels if divides else None), width


def _dealt(values: Floats, dealer: np.random.Generator) -> Floats:
    """The same answers to each statement, given by other people."""
    dealt = values.copy()
    for column in dealt.T:
        asked = ~np.isnan(column)
        column[asked] = dealer.permutation(column[asked])
    return dealt


def _best(points: Floats, starts: int = STARTS) -> tuple[Labels, float]:
    """The division into two to five with the largest mean silhouette."""
    divisions = [divide(points, number, starts) for number in range(2, MOST_GROUPS + 1)]
    widths = silhouettes(points, divisions)
    best = int(np.argmax(np.round(widths, 9)))
    return divisions[best], widths[best]


def divide(points: Floats, number: int, starts: int = STARTS) -> Labels:
    """k-means from several seeded starts, the tightest kept; groups are numbered by size, then by first member."""
    random = np.random.default_rng([SEED, number])
    runs = (_settle(points, _start(points, number, random)) for _ in range(starts))
    labels, _spread = min(runs, key=lambda run: round(run[1], 9))
    sizes = np.bincount(labels, minlength=number)
    first = [int(np.argmax(labels == group)) for group in range(number)]
    order = sorted(range(number), key=lambda group: (-sizes[group], first[group]))
    return np.argsort(order)[labels]


def _start(points: Floats, number: int, random: np.random.Generator) -> Floats:
    """Centres far from each other (k-means++: Arthur and Vassilvitskii 2007)."""
    centres = [points[random.integers(len(points))]]
    for _ in range(1, number):
        away = _squares(points, np.array(centres)).min(axis=1)
        total = away.sum()
        centres.append(points[random.choice(len(points), p=away / total if total else None)])
    return np.array(centres)


def _settle(points: Floats, centres: Floats) -> tuple[Labels, float]:
    for _ in range(ROUNDS):
        labels = _squares(points, centres).argmin(axis=1)
        members = np.eye(len(centres))[labels]
        sizes = members.sum(axis=0)[:, None]
        moved = np.where(sizes > 0, members.T @ points / np.maximum(sizes, 1), centres)
        if np.allclose(moved, centres, rtol=0, atol=1e-12):
            break
        centres = moved
    distances = _squares(points, centres)
    return distances.argmin(axis=1), float(distances.min(axis=1).sum())


def _squares(points: Floats, centres: Floats) -> Floats:
    found: Floats = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return found


def silhouettes(points: Floats, divisions: list[Labels]) -> list[float]:
    """The mean silhouette (Rousseeuw 1987) of each division, taken from at most `ASKED` people spread over all.

    Distances are held for a few of them at a time.
    """
    flags = [np.eye(labels.max() + 1)[labels] for labels in divisions]
    asked = np.unique(np.linspace(0, len(points) - 1, min(len(points), ASKED)).round().astype(np.intp))
    widths: list[list[Floats]] = [[] for _ in divisions]
    for begin in range(0, len(asked), AT_ONCE):
        part = asked[begin : begin + AT_ONCE]
        distances = np.sqrt(_squares(points[part], points))
        for found, flag in zip(widths, flags, strict=True):
            found.append(_widths(distances @ flag, flag[part], flag.sum(axis=0)))
    return [float(np.concatenate(found).mean()) for found in widths]


def _widths(totals: Floats, own: Floats, sizes: Floats) -> Floats:
    """Silhouettes of people whose distances to each group sum to `totals`; alone in a group it is 0."""
    mine = own.astype(bool)
    inside = totals[mine] / np.maximum((own * sizes).sum(axis=1) - 1, 1)
    outside = np.where(mine | (sizes == 0), np.inf, totals / np.maximum(sizes, 1)).min(axis=1)
    alone = (own * sizes).sum(axis=1) <= 1
    larger = np.maximum(inside, outside)
    told = ~alone & np.isfinite(outside) & (larger > 0)
    widths: Floats = np.divide(outside - inside, larger, out=np.zeros_like(inside), where=told)
    return widths
