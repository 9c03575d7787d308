#!/usr/bin/env bash
# Sets up what Centrala needs, and only what is missing or older than its lock file.
#   scripts/setup.sh run     the gateway's environment and Rasa's
#   scripts/setup.sh test    the same with the tools and servers that the tests need
# Both Python environments are made by uv from lock files with hashes (docs/adr/0005-two-environments.md).
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:?run or test}
export UV_PYTHON_DOWNLOADS=never
[ -z "${CI:-}" ] || export UV_NO_PROGRESS=1
unset VIRTUAL_ENV

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf '\033[31mcannot go on:\033[0m %s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3.12 python3.11 python3}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    local found
    found=$("${PYTHON:-python3}" --version 2>/dev/null || echo 'no Python')
    die "Centrala needs Python 3.11 or 3.12 and found $found; install one, then: make $what PYTHON=python3.12"
}

# apt_install PACKAGE...: as root it installs, else it says how.
apt_install() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || die "please install: ${missing[*]}"
    [ "$(id -u)" = 0 ] || die "run: sudo apt-get install -y ${missing[*]}"
    say "Installing system packages: ${missing[*]}"
    apt-get -q update >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "${missing[@]}" >/dev/null
}

# current ENVIRONMENT FILE...: whether the environment was made from exactly these files.
stamp() { cat "${@:2}" | sha256sum | cut -c1-16; }
current() { [ -x "$1/bin/python" ] && [ "$(cat "$1/.centrala" 2>/dev/null)" = "$(stamp "$@")" ]; }

# make_environment ENVIRONMENT LOCK...: brings an environment to exactly what its locks say.
make_environment() {
    "$1/bin/python" -c '' 2>/dev/null || "$uv" venv -q --clear --python "$python" "$1"
    rm -f "$1/.centrala"
    "$uv" pip sync -q --python "$1/bin/python" --compile-bytecode --require-hashes "${@:2}"
}

# The phone's voice. The chat works without it, so a user who may not install it is only told.
if ! command -v espeak-ng >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt_install espeak-ng
    else
        say "There will be no phone channel: sudo apt-get install -y espeak-ng"
    fi
fi

python=$(find_python)

uv=.venv-uv/bin/uv
if ! current .venv-uv requirements/uv.lock; then
    say "Getting uv, the installer ($("$python" --version))"
    "$python" -c 'import ensurepip, venv' 2>/dev/null \
        || apt_install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    rm -rf .venv-uv
    "$python" -m venv .venv-uv
    .venv-uv/bin/python -m pip -q --disable-pip-version-check install --require-hashes -r requirements/uv.lock
    stamp .venv-uv requirements/uv.lock >.venv-uv/.centrala
fi

lock=requirements/gateway.lock
[ "$what" = test ] && lock=requirements/dev.lock
# The tests' environment holds the gateway's: `make run` after `make test` need not make it again.
if ! current .venv "$lock" pyproject.toml && ! current .venv requirements/dev.lock pyproject.toml; then
    say "Making the gateway's environment (.venv)"
    make_environment .venv "$lock"
    "$uv" pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
    stamp .venv "$lock" pyproject.toml >.venv/.centrala
fi

if ! current .venv-rasa requirements/rasa.lock; then
    say "Making Rasa's environment (.venv-rasa), about a minute"
    make_environment .venv-rasa requirements/rasa.lock
    stamp .venv-rasa requirements/rasa.lock >.venv-rasa/.centrala
fi

if [ "$what" = test ]; then
    # libfst-tools trains speech models, debootstrap makes the Asterisk that calls are tested with.
    wanted=(postgresql fonts-dejavu-core espeak-ng libfst-tools debootstrap)
    # Ubuntu's chromium is a snap, which containers and servers cannot run.
    if [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null; then
        :
    elif grep -q '^ID=debian' /etc/os-release; then
        wanted+=(chromium)
    else
        say "The browser tests are left out: set CHROMIUM=/path/to/chromium to run them"
    fi
    apt_install "${wanted[@]}"
    if [ "$(cat node_modules/.centrala 2>/dev/null)" != "$(stamp node package-lock.json)" ]; then
        say "Getting what builds the pages (node_modules)"
        scripts/node.sh npm ci --no-audit --no-fund --loglevel=error
        stamp node package-lock.json >node_modules/.centrala
    fi
fi
