"""Lets Rasa be imported without TensorFlow: import this before anything of Rasa's.

Rasa 3.6 imports TensorFlow in modules that every model needs, though only its neural components use it.
`install` puts stand-ins into the import system: names can be imported, subclassed, subscripted and used
as decorators or in annotations, so Rasa's modules load; a pipeline with a TensorFlow component fails.
This saves 2 GB of disk, 300 MB of memory a process and 6 to 28 seconds of start, and lets Rasa run on
Python 3.11 and 3.12. Where TensorFlow is really installed, nothing is done.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import logging
import os
import sys
import types
import warnings
from collections.abc import Callable, Sequence
from typing import Any

STANDINS = frozenset({"tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "keras"})
"""Top-level packages that are stood in for."""


class _StandInType(type):
    """A class whose attributes are stand-ins too and that works as a decorator (`@tf.function`)."""

    _standin = True

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _standin(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if "_is_standin" not in cls.__dict__:
            return super().__call__(*args, **kwargs)
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        return _Decorator()

    def __getitem__(cls, _item: object) -> "_StandInType":
        return cls

    def __or__(cls, _other: object) -> "_StandInType":
        return cls

    def __ror__(cls, _other: object) -> "_StandInType":
        return cls


class _Decorator:
    """What a stand-in gives when it is called with arguments: `@tf.function(signature)`."""

    def __call__(self, *args: Any, **_kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _standin(name)


_made: dict[str, _StandInType] = {}


def _standin(name: str) -> _StandInType:
    if name not in _made:
        _made[name] = _StandInType(name, (), {"_is_standin": True, "__module__": __name__})
    return _made[name]


class _StandInModule(types.ModuleType):
    __version__ = "2.12.0"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _standin(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if name.split(".")[0] not in STANDINS:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        del module


def install() -> None:
    """Make Rasa importable, silent about what customers write, and free of telemetry. Idempotent."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # Rasa switches the warnings of its old libraries on for itself; nobody can act on them here.
    warnings.showwarning = _say_nothing
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    if importlib.util.find_spec("tensorflow") is None:
        sys.meta_path.insert(0, _Finder())
    # Imported first it takes no time; imported by Rasa in the middle, it walks every loaded module.
    importlib.import_module("skops.io")


def _say_nothing(*_args: object, **_kwargs: object) -> None:
    """Stand in for `warnings.showwarning`."""


def silence() -> None:
    """Keep Rasa's loggers to errors: its structured debug lines carry what customers write."""
    configure: Callable[[int], None] = importlib.import_module("rasa.utils.log_utils").configure_structlog
    configure(logging.ERROR)
    logging.disable(logging.WARNING)
