#!/usr/bin/env bash
# Install nginx and its echo module, which holds answers back to play a distant server. Needs Debian or Ubuntu, and root.
set -euo pipefail
if [ -e /usr/lib/nginx/modules/ngx_http_echo_module.so ]; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "bench: install nginx with its echo module first (as root: apt-get install nginx-light libnginx-mod-http-echo)" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nginx-light libnginx-mod-http-echo
