"""What a gateway looks after by itself: agents whose page is gone, conversations without a word,
long waits."""

from handoff.deps import Desk
from handoff.idle import IdleSweep
from handoff.long_wait import LongWaitSweep
from handoff.presence import PresenceSweep
from handoff.sweep import Sweeper

PRESENCE_SECONDS = 5.0
IDLE_SECONDS = 15.0


class Upkeep:
    """Starts and stops the sweeps. Several gateways may sweep the same database."""

    def __init__(self, deps: Desk) -> None:
        rules = deps.rules
        shortest = min(rules.bot_idle_seconds, rules.agent_idle_seconds, rules.waiting_idle_seconds)
        self._sweepers = (
            Sweeper(
                "presence", PresenceSweep(deps).sweep, min(PRESENCE_SECONDS, rules.agent_gone_seconds / 3)
            ),
            Sweeper(
                "long-wait", LongWaitSweep(deps).sweep, min(PRESENCE_SECONDS, rules.long_wait_seconds / 3)
            ),
            Sweeper("idle", IdleSweep(deps).sweep, min(IDLE_SECONDS, shortest / 3)),
        )

    async def start(self) -> None:
        """Begin."""
        for sweeper in self._sweepers:
            await sweeper.start()

    async def stop(self) -> None:
        """End."""
        for sweeper in self._sweepers:
            await sweeper.stop()
