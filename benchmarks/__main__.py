"""All benchmarks, one after the other."""

from benchmarks import (
    audited_save,
    export,
    generalised,
    influence,
    matrix,
    planning,
    recovery,
    refit,
    save_to_estimate,
    save_to_seal,
    sealing,
    start,
)

for benchmark in (
    start,
    save_to_estimate,
    save_to_seal,
    audited_save,
    sealing,
    recovery,
    export,
    matrix,
    refit,
    generalised,
    influence,
    planning,
):
    benchmark.main()
