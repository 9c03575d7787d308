"""`centrala serve`: from the configuration to a running gateway, and its orderly end."""

import asyncio
import gc
import os
import signal
import sys
import time
from pathlib import Path

import click
import structlog
import uvloop
from aiohttp import web

from bot.app.application import make_application
from bot.app.gateway import HOME, Gateway
from bot.demo import AGENTS, PASSWORD, remove, seed
from bot.errors import ConfigurationError
from bot.settings import Settings, load
from bot.settings.secrets import gather
from bot.telemetry.access import ACCESS, AccessLog
from bot.telemetry.logs import configure as configure_logs
from bot.telemetry.tracing import configure as configure_tracing
from handoff.accounts import ensure_demo_agents
from nlu.scenarios.loading import load_scenarios
from nlu.training import ensure_models, model_paths

log = structlog.get_logger("gateway")
PRIVATE = 0o077
"""The umask: what is written here holds what customers said."""
SWITCH_INTERVAL = 0.0005
"""Seconds a thread may keep the interpreter from the others; the store's threads answer the event loop,
and Python's default of 5 ms would be most of a turn."""


def serve(config: Path, overrides: tuple[str, ...]) -> int:
    """Run the gateway until SIGTERM or Ctrl-C; returns the exit code."""
    started = time.monotonic()
    settings = load(config, environment=os.environ, overrides=overrides)
    os.umask(PRIVATE)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    secrets = gather(settings)
    configure_logs(settings.telemetry.log_level, settings.telemetry.log_format)
    configure_tracing(settings.telemetry.otlp_endpoint)
    models = find_models(settings, config)
    sys.setswitchinterval(SWITCH_INTERVAL)
    gateway = Gateway(settings, secrets, models)
    return uvloop.run(_run(gateway, started))


def find_models(settings: Settings, config: Path) -> dict[str, Path]:
    """Find each language's dialogue model, trained now where it is missing or stale."""
    scenarios = settings.scenarios.dir
    load_scenarios(scenarios, settings.languages, HOME / "nlu")  # a mistake in one is told before training
    if settings.dialogue.train_at_start:
        return ensure_models(settings.data_dir, settings.languages, config, tell, scenarios=scenarios)
    paths = model_paths(settings.data_dir, settings.languages, config, scenarios=scenarios)
    missing = [lang for lang, path in paths.items() if not path.exists()]
    if missing:
        raise ConfigurationError(
            f"no current dialogue model for {', '.join(missing)}; run `centrala model train`, "
            "or set dialogue.train_at_start: true"
        )
    return paths


def tell(text: str) -> None:
    """Show progress to whoever started us."""
    click.echo(text, err=True)


async def _run(gateway: Gateway, started: float) -> int:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await gateway.start()
    runner: web.AppRunner | None = None
    try:
        if gateway.settings.demo:
            await _seed_demo(gateway)
        elif shut := await gateway.store.write(remove):
            log.warning("demo_agents_shut_out", count=shut)
        application = await make_application(gateway)
        runner = web.AppRunner(
            application,
            handle_signals=False,
            access_log_class=AccessLog,
            access_log=ACCESS,
            shutdown_timeout=gateway.settings.web.drain_seconds,
        )
        await runner.setup()
        gc.collect()
        gc.freeze()  # what is loaded by now stays: looking through it again stops every call for 0.3 s
        await _listen(gateway, runner)
        _welcome(gateway, time.monotonic() - started)
        await stop.wait()
        tell("Ending: running turns are finished first.")
        log.info("draining")
    finally:
        await gateway.drain()
        if runner is not None:
            await runner.cleanup()
        await gateway.stop()
    log.info("ended")
    return 0


async def _listen(gateway: Gateway, runner: web.AppRunner) -> None:
    host, port = gateway.settings.web.host, gateway.settings.web.port
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
    except OSError as error:
        raise ConfigurationError(
            f"web.port: {host}:{port} cannot be used ({error.strerror}); "
            "choose another one: CENTRALA_WEB__PORT=8081"
        ) from None


async def _seed_demo(gateway: Gateway) -> None:
    at = gateway.clock.now()
    await gateway.store.write(lambda c: seed(c, at))
    await ensure_demo_agents(
        gateway.store, gateway.clock, [(agent.email, agent.name, agent.role) for agent in AGENTS], PASSWORD
    )


def _welcome(gateway: Gateway, seconds: float) -> None:
    url = gateway.public_url
    log.info("ready", seconds=round(seconds, 1))
    lines = [
        f"Centrala is ready after {seconds:.1f} s.",
        f"  desk       {url}/desk",
        f"  REST       {url}/api/docs",
    ]
    if gateway.settings.demo:
        agents = ", ".join(agent.email for agent in AGENTS)
        lines[1:1] = [f"  demo shop  {url}/"]
        lines.append(f"  sign in as {agents} with the password “{PASSWORD}”")
    lines.append("Ctrl-C ends it.")
    tell("\n".join(lines))
