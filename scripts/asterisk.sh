#!/usr/bin/env bash
# A real Asterisk to try and to test against: Debian's own package of the branch `sid`, in a folder of its own.
#   scripts/asterisk.sh make [ROOT]       make the folder (a chroot): a minute or two, about 700 MB
#   scripts/asterisk.sh run ROOT CONF...  start it with what is in the folders CONF laid over the package's own
#                                         /etc/asterisk, such as deploy/asterisk; prints its pid
#   scripts/asterisk.sh cli ROOT COMMAND  ask the one that runs, such as 'core show channels'
#   scripts/asterisk.sh stop [ROOT]       end it
# ROOT is var/asterisk unless named. Needs root and Debian; says what is missing and exits 1 otherwise.
# Debian 12 packages no Asterisk; packages come from the mirror that this machine's apt already uses.
set -euo pipefail
cd "$(dirname "$0")/.."
default_root=var/asterisk
suite=sid
pidfile=run/asterisk/asterisk.pid

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf '\033[31mcannot go on:\033[0m %s\n' "$*" >&2; exit 1; }
usage() { sed -n '2,8s/^# \{0,1\}//p' "scripts/asterisk.sh" >&2; exit 2; }

need_root() { [ "$(id -u)" = 0 ] || die "a chroot needs root; run: sudo scripts/asterisk.sh $*"; }

# mirror: where apt gets this very Debian release from, as its configuration says.
mirror() {
    local release uri
    release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    while read -r uri archive; do
        [ "$archive" = "$release" ] && { printf '%s' "${uri%/}"; return; }
    done < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages')
    die "apt's configuration names no mirror of $release"
}

in_root() { LC_ALL=C DEBIAN_FRONTEND=noninteractive chroot "$@"; }

make_root() {
    local root part
    root=$(realpath -m "$1") part=$(realpath -m "$1").part
    if [ -x "$root/usr/sbin/asterisk" ]; then
        say "Asterisk is there already: $root"
        return
    fi
    [ -e "$root" ] && [ -n "$(ls -A "$root")" ] && die "$root holds something else; name another folder"
    grep -q '^ID=debian' /etc/os-release || die "this is not Debian; take your distribution's own Asterisk 22 instead"
    if ! command -v debootstrap >/dev/null; then
        say "Installing debootstrap"
        apt-get -q update >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends debootstrap >/dev/null
    fi
    mkdir -p "$(dirname "$root")"
    exec 9>"$part.lock"
    flock 9
    [ -x "$root/usr/sbin/asterisk" ] && return   # somebody else made it while this one waited
    rm -rf "$part"
    say "Making a Debian $suite with Asterisk in $root"
    debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        "$suite" "$part" "$(mirror)" >"$part.log" 2>&1 || die "debootstrap failed; see $part.log"
    # Nothing may start by itself in there, and the network is reached the way that this machine reaches it.
    printf '#!/bin/sh\nexit 101\n' >"$part/usr/sbin/policy-rc.d"
    chmod +x "$part/usr/sbin/policy-rc.d"
    cp -L /etc/resolv.conf /etc/hosts "$part/etc/"
    mkdir -p "$part/etc/ssl/certs"
    [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$part/etc/ssl/certs/"
    apt-config dump | grep -E '^Acquire::(https?|Retries)' >"$part/etc/apt/apt.conf.d/00this-machine" || true
    {
        in_root "$part" apt-get -q update
        in_root "$part" apt-get -qy install --no-install-recommends \
            asterisk asterisk-core-sounds-en-wav asterisk-moh-opsound-wav
        in_root "$part" apt-get clean
    } >>"$part.log" 2>&1 || die "Asterisk could not be installed; see $part.log"
    rm -rf "$part"/var/lib/apt/lists/*
    [ -x "$part/usr/sbin/asterisk" ] || die "Debian $suite has no asterisk just now; see $part.log"
    [ ! -d "$root" ] || rmdir "$root"
    mv "$part" "$root"
    rm -f "$part.log"
    say "Made: $(in_root "$root" asterisk -V)"
}

# running ROOT: the pid of the Asterisk that runs in ROOT; a number that another process got since does not count.
running() {
    local pid
    pid=$(cat "$1/$pidfile" 2>/dev/null) || return 1
    [ "$(readlink "/proc/$pid/root" 2>/dev/null)" = "$1" ] && printf '%s' "$pid"
}

cli() { in_root "$1" asterisk -rx "$2"; }

run() {
    local root pid folder
    root=$(realpath -m "$1")
    [ -x "$root/usr/sbin/asterisk" ] || die "there is no Asterisk in $root; run: scripts/asterisk.sh make $1"
    if pid=$(running "$root"); then
        die "it runs already (pid $pid); run: scripts/asterisk.sh stop $1"
    fi
    [ -d "$root/etc/asterisk.package" ] || cp -a "$root/etc/asterisk" "$root/etc/asterisk.package"
    rm -rf "$root/etc/asterisk"
    cp -a "$root/etc/asterisk.package" "$root/etc/asterisk"
    for folder in "${@:2}"; do
        [ -d "$folder" ] || die "there is no folder $folder"
        cp -rL "$folder"/. "$root/etc/asterisk"
    done
    # Where the folder of recordings is missing, ARI answers 500.
    mkdir -p "$root"/{run/asterisk,var/lib/asterisk/keys} "$root"/var/spool/asterisk/{recording,centrala}
    in_root "$root" chown -R asterisk:asterisk /run/asterisk /etc/asterisk /var/spool/asterisk /var/lib/asterisk
    rm -f "$root/$pidfile"
    setsid chroot "$root" asterisk -U asterisk -G asterisk -f -n </dev/null >"$root/asterisk.out" 2>&1 9>&- &
    for _ in $(seq 300); do
        if pid=$(running "$root") && cli "$root" 'core waitfullybooted' 2>/dev/null | grep -q 'fully booted'; then
            printf '%s\n' "$pid"
            return
        fi
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$root/asterisk.out" >&2
    kill -9 $! 2>/dev/null || true
    die "Asterisk did not start; see $root/asterisk.out"
}

stop() {
    local root pid
    root=$(realpath -m "$1")
    pid=$(running "$root") || { say "It does not run"; return; }
    kill -TERM "$pid"
    for _ in $(seq 100); do
        running "$root" >/dev/null || return 0
        sleep 0.1
    done
    say "It did not end within 10 s; killing it"
    kill -KILL "$pid"
}

case "${1:-}" in
    make) need_root "$@"; make_root "${2:-$default_root}" ;;
    run) [ $# -ge 3 ] || usage; need_root "$@"; run "${@:2}" ;;
    cli) [ $# = 3 ] || usage; need_root "$@"; cli "$(realpath -m "$2")" "$3" ;;
    stop) need_root "$@"; stop "${2:-$default_root}" ;;
    *) usage ;;
esac
