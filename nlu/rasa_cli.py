"""Rasa's own command line in the lean environment.

`.venv-rasa/bin/python -m nlu.rasa_cli train --config config.yml --domain nlu/domain.yml
--data nlu/data/rules.yml nlu/data/shared nlu/data/pl`, and `shell`, `test`, ... the same way.
"""

from nlu import lean


def main() -> None:
    """Run `rasa` with the arguments of this process."""
    lean.install()
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main()
