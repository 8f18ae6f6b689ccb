# Shared by the scripts beside it: paths, messages, PostgreSQL, Odoo's command line.
# shellcheck shell=bash
set -euo pipefail

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE="${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/customer-archive"
VENV="$REPO/.venv"
PG_LINK="$REPO/.pg"
STATE="$REPO/.run"          # generated configuration, logs, Odoo's data folder
ADDONS=(customer_archive)   # what is installed, tested and uninstalled, in this order

export PYTHONDONTWRITEBYTECODE=${PYTHONDONTWRITEBYTECODE:-}
export LANG=C.UTF-8 LC_ALL=C.UTF-8

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# A path without links, for hashing and for the unprivileged PostgreSQL user.
repo_key() { printf '%s' "$REPO" | sha256sum | cut -c1-10; }

have_own_server() { [ -z "${PGHOST:-}" ]; }   # false: the caller's PGHOST/PGPORT/PGUSER are used

odoo_home() { printf '%s' "${ODOO_HOME:-$CACHE/odoo-19}"; }

# An unpacked Debian package and a source checkout keep the launcher and the core in different places.
odoo_bin() {
    local home; home=$(odoo_home)
    if [ -x "$home/odoo-bin" ]; then printf '%s' "$home/odoo-bin"; else printf '%s' "$home/usr/bin/odoo"; fi
}
odoo_root() {   # the folder that holds the Python package "odoo"
    local home; home=$(odoo_home)
    if [ -x "$home/odoo-bin" ]; then printf '%s' "$home"; else printf '%s' "$home/usr/lib/python3/dist-packages"; fi
}
odoo_addons_path() {
    local path="$REPO/script/addons,$REPO" home; home=$(odoo_home)
    [ -d "$home/addons" ] && path="$home/addons,$path"
    printf '%s' "$path"
}

pg_bin() {
    local dir
    for dir in /usr/lib/postgresql/*/bin; do [ -x "$dir/initdb" ] && found=$dir; done
    if [ -n "${found:-}" ]; then printf '%s' "$found"; return; fi
    dir=$(command -v initdb) && dirname "$(readlink -f "$dir")"
}

# PostgreSQL refuses to run as root: there it runs as the system's own "postgres" user.
as_pg() {
    if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/tmp "$@"); else "$@"; fi
}

pg_socket() { printf '%s' "/tmp/customer-archive-$(id -u)-$(repo_key)"; }

pg_start() {
    have_own_server || return 0
    export PGHOST PGPORT=5432 PGUSER=odoo
    PGHOST=$(pg_socket)
    local bin data; bin=$(pg_bin); data=$(readlink -f "$PG_LINK")/data
    as_pg "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1 && [ -S "$PGHOST/.s.PGSQL.5432" ] && return 0
    mkdir -p "$PGHOST"; chmod 700 "$PGHOST"
    [ "$(id -u)" = 0 ] && chown postgres: "$PGHOST"
    as_pg "$bin/pg_ctl" -D "$data" -l "$data/server.log" -w -t 60 \
        -o "-k $PGHOST -c listen_addresses=''" start >/dev/null \
        || die "PostgreSQL did not start; its log is $data/server.log"
    PG_STARTED=1
}
pg_stop() {
    [ "${PG_STARTED:-}" = 1 ] || return 0
    as_pg "$(pg_bin)/pg_ctl" -D "$(readlink -f "$PG_LINK")/data" -m fast -w stop >/dev/null 2>&1 || true
}

write_conf() {   # write_conf NAME [key=value ...] : a configuration file of that name, printed
    local name=$1 conf="$STATE/$1.conf"; shift
    mkdir -p "$STATE/data"
    {
        printf '[options]\naddons_path = %s\ndata_dir = %s\n' "$(odoo_addons_path)" "$STATE/data"
        printf 'db_host = %s\ndb_port = %s\ndb_user = %s\n' "$PGHOST" "${PGPORT:-5432}" "${PGUSER:-odoo}"
        [ -n "${PGPASSWORD:-}" ] && printf 'db_password = %s\n' "$PGPASSWORD"
        printf 'http_interface = 127.0.0.1\nlist_db = False\nmax_cron_threads = 0\n'
        for option in "$@"; do printf '%s = %s\n' "${option%%=*}" "${option#*=}"; done
    } >"$conf"
    chmod 600 "$conf"
    printf '%s' "$conf"
}

odoo() { PYTHONPATH=$(odoo_root) "$VENV/bin/python" "$(odoo_bin)" "$@"; }
db_exists() { psql -d postgres -Atc "select 1 from pg_database where datname = '$1'" 2>/dev/null | grep -q 1; }
