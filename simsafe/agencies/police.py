"""Police: they come when called, see what they find, and tell social care about most of it."""

from __future__ import annotations

import numpy as np

from simsafe.world.contact import Agency, CallOuts, Mode


class Police:
    """Police make no rounds: incidents come to them (``truth/call_outs.py``). Their record and threshold are like any agency's."""

    agency = Agency.POLICE

    @staticmethod
    def saw(call_outs: CallOuts) -> tuple[np.ndarray, Mode]:
        """Children whom officers saw in person today, and in what mode."""
        return (np.unique(call_outs.seen) if call_outs.seen.size > 1 else call_outs.seen), Mode.INCIDENT
