"""All benchmarks, one after the other."""

from benchmarks import export, matrix, recovery, refit, save_to_estimate, start

for benchmark in (start, save_to_estimate, recovery, export, matrix, refit):
    benchmark.main()
