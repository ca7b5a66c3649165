"""Which numbers matter for the measures and for plan differences: Morris screening, Sobol indices on an emulator, other structures.

``space`` says which numbers are moved and how far, ``points`` runs what is missing of the runs that a design asks for, ``measuring``
reads one run, ``morris`` and ``sobol`` make designs and read what came out, ``ranking`` tells effects from luck, ``screening`` is the
study from beginning to end, and ``structures`` compares the plans under other rules.
"""
