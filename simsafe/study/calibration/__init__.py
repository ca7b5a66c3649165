"""How well the fitted numbers are known: history matching against published figures of ordinary times and of April to June 2020.

``targets`` reads the figures and their errors, ``inputs`` the numbers that are moved and their ranges, ``stages`` turns figures of a run
into the ratios of the funnel and back; ``emulator`` predicts a run from its numbers; ``sampling`` draws sets of numbers that the emulator
does not rule out; ``runs`` simulates and keeps them, each in one file; ``matching`` goes from wave to wave; ``recovery`` asks whether known
truths would be found again; ``england`` and ``areas`` say what is calibrated; ``outcome`` makes the tables of the report. Outcomes that
predictions are later held against are out of reach: nothing here imports or opens them.
"""
