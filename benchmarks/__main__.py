"""All benchmarks, one after the other."""

from benchmarks import export, recovery, refit, save_to_estimate, start

for benchmark in (start, save_to_estimate, recovery, export, refit):
    benchmark.main()
