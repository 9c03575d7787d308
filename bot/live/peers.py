"""Which other gateways there are, so that a gateway alone publishes nothing."""

from bot.clock import Clock


class Peers:
    """Gateways heard of in the last `lifetime` seconds."""

    def __init__(self, lifetime: float, clock: Clock) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._seen: dict[str, float] = {}
        self.any = False
        """Whether there is one."""

    def seen(self, gateway_id: str) -> None:
        """Note a sign of life."""
        self._seen[gateway_id] = self._clock.monotonic()
        self.any = True

    def forget_silent(self) -> None:
        """Forget those that said nothing for a lifetime."""
        alive = self._clock.monotonic() - self._lifetime
        self._seen = {id: at for id, at in self._seen.items() if at > alive}
        self.any = bool(self._seen)
