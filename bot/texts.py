"""Every text that a customer reads or hears, by key, language and channel; read from nlu/catalogue."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from bot.errors import ConfigurationError
from bot.model.conversation import Channel
from bot.model.message import Choice, Draft, Sender

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Key:
    """What is the same about a text in every language."""

    sender: Sender
    variables: frozenset[str]
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words."""

    chat: Mapping[str, Sequence[str]]
    phone: Mapping[str, str]
    choices: Mapping[str, str]
    words: Mapping[str, str]


class Texts:
    """The catalogue. Immutable; a text's variant is chosen by a seed, so a turn done again says the same."""

    def __init__(
        self,
        keys: Mapping[str, Key],
        payloads: Mapping[str, str],
        languages: Mapping[str, Language],
        shop: str,
    ) -> None:
        self._keys = keys
        self._payloads = payloads
        self._languages = languages
        self._shop = shop

    @property
    def payloads(self) -> frozenset[str]:
        """What a click on a button may send."""
        return frozenset(self._payloads.values())

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has `key`."""
        return key in self._keys

    def variables(self, key: str) -> frozenset[str]:
        """Return the names that a text may use."""
        return self._keys[key].variables

    def word(self, lang: str, name: str) -> str:
        """Return one of a language's single words, such as `today` or `bot_name`."""
        return self._languages[lang].words[name]

    def title(self, lang: str, payload: str) -> str:
        """Return what stands on the button that sends `payload`."""
        name = next(name for name, sent in self._payloads.items() if sent == payload)
        return self._languages[lang].choices[name]

    def text(
        self,
        key: str,
        lang: str,
        variables: Mapping[str, str] | None = None,
        *,
        channel: Channel = Channel.CHAT,
        seed: str = "",
    ) -> str:
        """Return a text with its variables filled in; values are never formatted a second time."""
        language = self._languages[lang]
        if channel is Channel.PHONE:
            template = language.phone[key]
        else:
            variants = language.chat[key]
            template = variants[zlib.crc32(seed.encode()) % len(variants)]
        values = {"shop": self._shop, **(variables or {})}
        return _SLOT.sub(lambda match: values[match.group(1)], template)

    def spoken(self, lang: str) -> dict[str, str]:
        """Return what is always said the same over the phone, by key: the texts without variables."""
        return {
            key: self.text(key, lang, channel=Channel.PHONE)
            for key, known in self._keys.items()
            if not known.variables - {"shop"}
        }

    def draft(
        self, key: str, lang: str, *, channel: Channel = Channel.CHAT, seed: str = "", **variables: str
    ) -> Draft:
        """Return a message ready to be stored: sender, name, text and, in the chat, buttons."""
        known = self._keys[key]
        language = self._languages[lang]
        name = language.words["bot_name" if known.sender is Sender.BOT else "system_name"]
        return Draft(
            sender=known.sender,
            name=name,
            text=self.text(key, lang, variables, channel=channel, seed=seed),
            choices=tuple(
                Choice(language.choices[choice], self._payloads[choice])
                for choice in known.choices
                if channel is Channel.CHAT
            ),
        )


def load_texts(
    folder: Path, languages: Sequence[str], shop: str, more: Mapping[str, Mapping[str, Any]] | None = None
) -> Texts:
    """Read and check the catalogue; raises `ConfigurationError` that names file, key and mend.

    `more` is what comes to its files beside them: `keys` to keys.yml, and each language to its own.
    """
    common = _joined(_read(folder / "keys.yml"), (more or {}).get("keys"))
    keys = {
        name: Key(
            sender=Sender((entry or {}).get("sender", "bot")),
            variables=frozenset((entry or {}).get("variables", ())),
            choices=tuple((entry or {}).get("choices", ())),
        )
        for name, entry in common["keys"].items()
    }
    payloads: dict[str, str] = dict(common["choices"])
    for name, key in keys.items():
        for choice in key.choices:
            if choice not in payloads:
                raise ConfigurationError(f"keys.yml: {name}: {choice} is not among `choices:`; add it there")
    read = {
        lang: _read_language(folder / f"{lang}.yml", keys, payloads, (more or {}).get(lang))
        for lang in languages
    }
    return Texts(keys, payloads, read, shop)


def _joined(data: dict[str, Any], more: Mapping[str, Any] | None) -> dict[str, Any]:
    if more is None:
        return data
    return {**data, **{part: {**(data.get(part) or {}), **more[part]} for part in ("choices", "keys")}}


def _read_language(
    path: Path, keys: Mapping[str, Key], payloads: Mapping[str, str], more: Mapping[str, Any] | None
) -> Language:
    data = _joined(_read(path), more)
    chat: dict[str, Sequence[str]] = {}
    phone: dict[str, str] = {}
    for name, key in keys.items():
        entry = data["keys"].get(name)
        if not entry or not entry.get("chat") or not entry.get("phone"):
            raise ConfigurationError(f"{path.name}: {name} needs a text for `chat:` and for `phone:`")
        variants = [entry["chat"]] if isinstance(entry["chat"], str) else list(entry["chat"])
        for text in [*variants, entry["phone"]]:
            _check_variables(path, name, key, text)
        chat[name], phone[name] = variants, entry["phone"]
    for name in payloads:
        if name not in data["choices"]:
            raise ConfigurationError(f"{path.name}: choices.{name} is missing; add a title for the button")
    return Language(chat=chat, phone=phone, choices=data["choices"], words=data["words"])


def _check_variables(path: Path, name: str, key: Key, text: str) -> None:
    try:
        used = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError:
        raise ConfigurationError(f"{path.name}: {name}: the braces do not close") from None
    if unknown := used - key.variables:
        raise ConfigurationError(
            f"{path.name}: {name}: {{{sorted(unknown)[0]}}} is not a variable of this text; "
            f"keys.yml allows: {', '.join(sorted(key.variables)) or 'none'}"
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{path}{where} is not valid YAML") from None
    if not isinstance(data, dict):
        raise ConfigurationError(f"{path} must hold keys and values")
    return data
