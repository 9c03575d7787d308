#!/usr/bin/env bash
# Copies Centrala's dialplan into Asterisk's folder, and at the first time makes site/ with secrets of its own.
#   deploy/asterisk/new-site.sh /etc/asterisk
# A second time (a newer Centrala) it leaves site/ alone. Prints what Centrala must be told.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
to=${1:?where Asterisk reads its configuration, such as /etc/asterisk}
umask 027
mkdir -p "$to/sounds"
for file in "$here"/*.conf; do
    if [ -e "$to/${file##*/}" ] && ! cmp -s "$file" "$to/${file##*/}"; then
        cp -a "$to/${file##*/}" "$to/${file##*/}.before-centrala"
    fi
    cp "$file" "$to/"
done
cp -r "$here"/sounds/. "$to/sounds"
[ ! -e "$to/site" ] || exit 0
secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
cp -r "$here/site.example" "$to/site"
token=$(secret) ari=$(secret) websocket=$(secret)
sed -i "s/@TOKEN@/$token/" "$to"/site/*.conf
sed -i "s/@WEBSOCKET@/$websocket/" "$to/site/websocket_client.conf"
sed -i "s/@ARI@/$ari/" "$to/site/ari.conf"
sed -i "s/@PHONE_201@/$(secret)/; s/@PHONE_202@/$(secret)/" "$to/site/pjsip.conf"
printf 'service token: %s\nARI user: centrala\nARI password: %s\nWebSocket token: %s\n' "$token" "$ari" "$websocket"
