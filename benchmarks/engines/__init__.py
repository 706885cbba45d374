"""This engine beside others: the same corpus, the same tokens, the same questions, one run.

``python -m benchmarks.engines CORPUS`` writes the tables. Every engine runs in a
process of its own (``worker``) that is asked in turn, so a noisy machine is noisy for all.
"""
