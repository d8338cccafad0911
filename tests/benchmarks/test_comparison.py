from math import inf

from benchmarks import comparison, peers
from benchmarks.comparison import ENGINE, KENWARD_ROGER, Plan, Row
from benchmarks.peers import Data, Effect, Measured, Peer
from benchmarks.two_arms import simulate

OUTPUT = """versions R 4.2.2, nlme 3.1.162
seconds 0.500000
seconds 0.250000
effect -0.5 0.25 80
"""

ROWS = [
    Row(ENGINE, "unstructured", KENWARD_ROGER, Measured((0.004, 0.005, 0.006), Effect(-0.5, 0.25, 22.5))),
    Row(ENGINE, "random intercept", KENWARD_ROGER, Measured((0.004,))),
    Row("quick, without small-sample inference", "random intercept", "z", Measured((0.001,))),
    Row("slow", "unstructured", KENWARD_ROGER, Measured((2.0,))),
    Row("less slow", "random intercept", KENWARD_ROGER, Measured((0.5,))),
    Row("absent", "unstructured", KENWARD_ROGER, Measured(skipped="absent not installed")),
]


def test_what_r_wrote_is_read() -> None:
    found = peers.parse(OUTPUT)
    assert found == Measured((0.5, 0.25), Effect(-0.5, 0.25, 80.0), "R 4.2.2, nlme 3.1.162")


def test_a_package_that_is_not_there_is_skipped_with_a_word() -> None:
    assert peers.parse("absent mmrm \n") == Measured(skipped="mmrm not installed")


def test_a_run_is_repeated_until_patience_ends_but_at_least_once() -> None:
    assert len(peers.timed(lambda: None, 5, 60.0)) == 5
    assert len(peers.timed(lambda: None, 5, 0.0)) == 1


def test_r_and_statsmodels_read_the_same_values() -> None:
    trial = simulate(30)
    with peers.written(trial) as data:
        lines = data.file.read_text().splitlines()
    assert lines[0] == "id,arm,visit,baseline,y"
    assert len(lines) == 1 + trial.statistics().n_observations


def test_a_peer_is_not_asked_for_more_than_it_can_or_than_was_wanted() -> None:
    peer = Peer("slow", "unstructured", "z", 1_000, lambda data, runs, patience: Measured((1.0,)), "too slow")
    plan = Plan(sizes=(26,), peers_up_to=100, runs=1, patience=1.0)
    with peers.written(simulate(4)) as data:
        assert _skipped(peer, data, 10_000, plan) == "too slow"
        assert _skipped(peer, data, 1_000, plan) == "not asked for"
        assert _skipped(peer, data, 100, plan) == ""


def _skipped(peer: Peer, data: Data, n: int, plan: Plan) -> str:
    return comparison.of_peer(peer, data, n, plan).skipped


def test_every_row_is_compared_with_the_first() -> None:
    lines = comparison.table(ROWS)
    assert "5.00 ms     3      1.0 ×  -0.500000 (0.250000), 22.50" in lines[1]
    assert "400.0 ×" in lines[4]
    assert lines[-1].endswith("absent not installed")


def test_the_verdict_is_about_the_fastest_peer_with_kenward_roger() -> None:
    everyone = ROWS[:5]
    assert comparison.verdict(everyone, 50.0).endswith(
        "less slow, is 100.0 × slower. Goal: at least 50 ×, met."
    )
    assert comparison.verdict(everyone, 200.0).endswith("missed.")
    assert comparison.verdict(ROWS[:3], 50.0) == "  No peer with Kenward–Roger was measured."


def test_the_verdict_names_the_peers_with_kenward_roger_that_were_not_there() -> None:
    word = "\n  Not measured: absent (absent not installed)."
    assert comparison.verdict(ROWS, 50.0) == comparison.verdict(ROWS[:5], 50.0) + word
    assert comparison.verdict([*ROWS[:3], ROWS[-1]], 50.0).endswith("was measured." + word)


def test_an_infinite_number_of_degrees_of_freedom_is_said() -> None:
    assert comparison.effect(Effect(1.0, 0.5, inf)) == "1.000000 (0.500000), ∞"


def test_seconds_below_one_are_said_in_milliseconds() -> None:
    assert (comparison.in_words(0.0123), comparison.in_words(1.5)) == ("12.30 ms", "1.50 s")
