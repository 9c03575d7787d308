#!/bin/sh
# `centrala` in the container: puts the database's password, which is a file, into the address, and runs
# the command. So it stands in no `docker inspect`, and `docker compose exec gateway-1 centrala ...` has it too.
set -eu
cd /srv/centrala
case "${CENTRALA_DATABASE__URL:-}" in
    *:PASSWORD@*)
        password=$(cat /run/secrets/postgres_password)
        CENTRALA_DATABASE__URL="${CENTRALA_DATABASE__URL%%:PASSWORD@*}:$password@${CENTRALA_DATABASE__URL#*:PASSWORD@}"
        export CENTRALA_DATABASE__URL
        ;;
esac
exec .venv/bin/centrala "$@"
