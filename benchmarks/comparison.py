"""This engine beside other tools: the same data, the same model, one machine, in turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import isinf
from statistics import median

from analytics.mixed import ModelSpec, fit
from benchmarks import report
from benchmarks.peers import PEERS, Data, Effect, Measured, Peer, timed, written
from benchmarks.two_arms import EFFECT, RANDOM_INTERCEPT, UNSTRUCTURED, TwoArms, simulate

ENGINE, KENWARD_ROGER = "this engine", "Kenward–Roger"
MODELS = {"unstructured": UNSTRUCTURED, "random intercept": RANDOM_INTERCEPT}
# At least so many times faster than the fastest peer with Kenward–Roger, by number of participants.
FASTER = {26: 10.0, 1_000: 50.0}
# Runs of the engine beside each peer.
BESIDE = 15


@dataclass(frozen=True)
class Plan:
    """What is measured: each peer `runs` times, unless that takes longer than `patience` seconds."""

    sizes: tuple[int, ...]
    peers_up_to: int
    runs: int
    patience: float


@dataclass(frozen=True)
class Row:
    tool: str
    covariance: str
    method: str
    found: Measured

    @property
    def median(self) -> float:
        return median(self.found.seconds)


def against_peers(plan: Plan) -> None:
    report.heading(
        "From data in memory to all coefficients with their tests: y ~ arm * visit + baseline, four visits,\n"
        f"12 % of values missing. The effect is {EFFECT}. Slower: than this engine's unstructured fit."
    )
    versions = set()
    for n in plan.sizes:
        rows = measured(n, plan)
        versions |= {row.found.versions for row in rows}
        print("\n".join([f"\n{n:,} participants", *table(rows)]), flush=True)
        if n in FASTER:
            print(verdict(rows, FASTER[n]))
    print("\n" + "; ".join(sorted(filter(None, versions))))


def measured(n: int, plan: Plan) -> list[Row]:
    """The engine's two models, then each peer. The engine runs beside every peer, so all share the hour."""
    seconds: dict[str, list[float]] = {name: [] for name in MODELS}
    effects: dict[str, Effect] = {}
    peers = []
    with written(simulate(n)) as data:
        for peer in PEERS:
            for name, spec in MODELS.items():
                effects[name] = whole_fit(data.trial, spec)
                seconds[name] += timed(partial(whole_fit, data.trial, spec), BESIDE, plan.patience)
            peers.append(Row(peer.name, peer.covariance, peer.method, of_peer(peer, data, n, plan)))
    return [
        *(Row(ENGINE, name, KENWARD_ROGER, Measured(tuple(seconds[name]), effects[name])) for name in MODELS),
        *peers,
    ]


def whole_fit(trial: TwoArms, spec: ModelSpec) -> Effect:
    """From arrays to the tests of all coefficients and arm differences."""
    result = fit(trial.statistics(), spec)
    assert result.converged
    result.differences()
    effect = result.coefficients()[result.names.index(EFFECT)]
    return Effect(effect.estimate, effect.se, effect.df)


def of_peer(peer: Peer, data: Data, n: int, plan: Plan) -> Measured:
    """Measured, or skipped with the reason."""
    if n > peer.largest:
        return Measured(skipped=peer.beyond)
    if n > plan.peers_up_to:
        return Measured(skipped="not asked for")
    return peer.measure(data, plan.runs, plan.patience)


def table(rows: Sequence[Row]) -> list[str]:
    """Lines of text; the first row is what the others are compared with."""
    line = "  {:<27} {:<17} {:<14} {:>11} {:>5} {:>10}  {}".format
    lines = [line("tool", "covariance", "method", "median", "runs", "slower", "effect (SE), df")]
    for row in rows:
        named = (row.tool, row.covariance, row.method)
        if row.found.seconds:
            times = f"{row.median / rows[0].median:,.1f} ×"
            runs = len(row.found.seconds)
            lines.append(line(*named, in_words(row.median), runs, times, effect(row.found.effect)))
        else:
            lines.append(line(*named, "–", "–", "–", row.found.skipped))
    return lines


def in_words(seconds: float) -> str:
    """Milliseconds below a second."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.2f} ms"


def effect(found: Effect | None) -> str:
    """ "-0.820304 (0.149832), 982.41": empty where there is none."""
    if found is None:
        return ""
    df = "∞" if isinf(found.df) else f"{found.df:.2f}"
    return f"{found.estimate:.6f} ({found.se:.6f}), {df}"


def verdict(rows: Sequence[Row], goal: float) -> str:
    """The fastest peer with Kenward–Roger against the slower of our models, and which were not there."""
    engine = max(row.median for row in rows if row.tool == ENGINE)
    peers = [row for row in rows if row.tool != ENGINE and row.method == KENWARD_ROGER]
    absent = [f"{row.tool} ({row.found.skipped})" for row in peers if not row.found.seconds]
    without = f"\n  Not measured: {', '.join(absent)}." if absent else ""
    found = [row for row in peers if row.found.seconds]
    if not found:
        return f"  No peer with Kenward–Roger was measured.{without}"
    fastest = min(found, key=lambda row: row.median)
    ratio = fastest.median / engine
    return (
        f"  The fastest peer with Kenward–Roger, {fastest.tool}, is {ratio:.1f} × slower. "
        f"Goal: at least {goal:g} ×, {'met' if ratio >= goal else 'missed'}.{without}"
    )
