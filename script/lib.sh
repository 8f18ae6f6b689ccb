# Shared by the scripts beside it: paths, messages, PostgreSQL, Odoo's command line, databases.
# shellcheck shell=bash
set -euo pipefail

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE="${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/customer-archive"
VENV="$REPO/.venv"
PG_LINK="$REPO/.pg"
STATE="$REPO/.run" # generated configuration, logs, Odoo's data folder

# Installed, tested and uninstalled together: every addon at the top level of the repository.
ADDONS=()
for _manifest in "$REPO"/*/__manifest__.py; do
    [ -e "$_manifest" ] && ADDONS+=("$(basename "$(dirname "$_manifest")")")
done
unset _manifest
# Odoo's own addons that the tests expect beside ours, and what the server has besides.
TEST_MODULES=(contacts mail phone_validation sales_team crm calendar account portal sale_management mass_mailing data_recycle privacy_lookup)
# shellcheck disable=SC2034  # used by script/server
SERVER_MODULES=("${TEST_MODULES[@]}" l10n_cn_city)

export LANG=C.UTF-8 LC_ALL=C.UTF-8

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

repo_key() { printf '%s' "$REPO" | sha256sum | cut -c1-10; }

# Asked once: pg_start sets PGHOST for the private server, too.
: "${CA_PRIVATE_PG:=$([ -z "${PGHOST:-}" ] && echo 1 || echo 0)}"
have_own_server() { [ "$CA_PRIVATE_PG" = 1 ]; } # false: the caller's PGHOST, PGPORT and PGUSER are used

# --- Odoo ---------------------------------------------------------------------------------------

odoo_home() { printf '%s' "${ODOO_HOME:-$CACHE/odoo-19}"; }

# An unpacked Debian package and a source checkout keep the launcher and the core in different places.
odoo_is_checkout() { [ -e "$(odoo_home)/odoo-bin" ]; }
odoo_bin() {
    if odoo_is_checkout; then printf '%s/odoo-bin' "$(odoo_home)"; else printf '%s/usr/bin/odoo' "$(odoo_home)"; fi
}
odoo_root() { # the folder that holds the Python package "odoo"
    if odoo_is_checkout; then printf '%s' "$(odoo_home)"; else printf '%s/usr/lib/python3/dist-packages' "$(odoo_home)"; fi
}
odoo_core_addons() { # the folder with Odoo's other addons
    if odoo_is_checkout; then printf '%s/addons' "$(odoo_home)"; else printf '%s/odoo/addons' "$(odoo_root)"; fi
}
odoo_addons_path() {
    # script/addons mends what only the Debian package lacks.
    if odoo_is_checkout; then printf '%s,%s' "$(odoo_core_addons)" "$REPO"; else printf '%s,%s' "$REPO/script/addons" "$REPO"; fi
}

odoo() { PYTHONPATH=$(odoo_root) "$VENV/bin/python" "$(odoo_bin)" "$@"; }

write_conf() { # write_conf NAME [key=value ...] : a configuration file of that name, printed
    local name=$1 conf="$STATE/$1.conf" option
    shift
    mkdir -p "$STATE/data" "$STATE/screenshots"
    {
        printf '[options]\naddons_path = %s\ndata_dir = %s\n' "$(odoo_addons_path)" "$STATE/data"
        printf 'db_host = %s\ndb_port = %s\ndb_user = %s\n' "$PGHOST" "${PGPORT:-5432}" "$PGUSER"
        printf 'screenshots = %s\n' "$STATE/screenshots"
        printf 'http_interface = 127.0.0.1\nlist_db = False\n'
        [[ " $*" == *" max_cron_threads="* ]] || printf 'max_cron_threads = 0\n'
        for option in "$@"; do printf '%s = %s\n' "${option%%=*}" "${option#*=}"; done
    } >"$conf.$$"
    mv "$conf.$$" "$conf" # whole at any time: others may be reading it
    printf '%s' "$conf"
}

# --- PostgreSQL ---------------------------------------------------------------------------------

pg_bin() {
    local dir found=""
    for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V); do
        if [ -x "$dir/initdb" ]; then found=$dir; fi
    done
    if [ -z "$found" ] && dir=$(command -v initdb); then found=$(dirname "$(readlink -f "$dir")"); fi
    [ -n "$found" ] && printf '%s' "$found"
}

# PostgreSQL refuses to run as root: there it runs as the system's own "postgres" user,
# who may not enter the caller's folder.
as_pg() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/tmp "$@")
    else
        "$@"
    fi
}

pg_data() { printf '%s/data' "$(readlink -f "$PG_LINK")"; }

# A path short enough for a socket, another one for each cluster: one made anew after its folder was
# deleted must not meet the old one's server.
pg_socket() {
    printf '/tmp/customer-archive-%s-%s%s' "$(id -u)" "$(repo_key)" "$(cat "$PG_LINK/socket_suffix" 2>/dev/null || true)"
}

pg_running() { as_pg "$(pg_bin)/pg_ctl" -D "$(pg_data)" status >/dev/null 2>&1; }

# Who uses the server holds a shared lock on .run/pg.users (file descriptor 9) for as long as it lives, its children
# too. A script that ends stops the server only if it started it, that lock has no other holder and nobody is
# connected. A starter that ends before the other scripts leaves .run/pg.handover: the last of them stops the server.
# A server that anybody else started is never stopped.
pg_start() {
    if ! have_own_server; then
        export PGUSER=${PGUSER:-$(id -un)} PGPORT=${PGPORT:-5432}
        [ "$PGUSER" != postgres ] || die "Odoo refuses to work as PostgreSQL's user postgres: set PGUSER to another role that may create databases"
        psql -X -d postgres -Atc 'select 1' >/dev/null 2>&1 \
            || die "no PostgreSQL answers $PGUSER at $PGHOST, port $PGPORT (PGHOST, PGPORT, PGUSER; a password goes into PGPASSWORD)"
        return 0
    fi
    export PGHOST PGPORT=5432 PGUSER=odoo
    PGHOST=$(pg_socket)
    mkdir -p "$STATE"
    exec 9>>"$STATE/pg.users" 8>>"$STATE/pg.starting"
    flock -s 9
    flock 8
    if ! pg_running || [ ! -S "$PGHOST/.s.PGSQL.5432" ]; then pg_launch 8>&- 9>&-; fi
    exec 8>&-
}
pg_launch() { # the server outlives the shell, so it must not inherit the locks
    local log
    log="$(pg_data)/server.log"
    { mkdir -p "$PGHOST" && chmod 700 "$PGHOST"; } || die "cannot make the socket folder $PGHOST; remove what is there"
    if [ "$(id -u)" = 0 ]; then chown postgres: "$PGHOST"; fi
    as_pg "$(pg_bin)/pg_ctl" -D "$(pg_data)" -l "$log" -w -t 60 -m fast \
        -o "-k $PGHOST -c listen_addresses=''" restart >/dev/null 2>&1 </dev/null \
        || die "PostgreSQL did not start: $(tail -n 3 "$log" 2>/dev/null | tr '\n' ' ')(all of it in $log)"
    rm -f "$STATE/pg.handover"
    PG_STARTED=1
}
pg_stop() {
    have_own_server && [ -n "${PGHOST:-}" ] || return 0
    if [ "${PG_STARTED:-}" = 1 ]; then touch "$STATE/pg.handover"; fi
    if flock -n -x 9 && [ -e "$STATE/pg.handover" ] && [ "$(pg_others)" = 0 ]; then
        as_pg "$(pg_bin)/pg_ctl" -D "$(pg_data)" -m fast -w stop >/dev/null 2>&1 || true
        rm -f "$STATE/pg.handover"
        rmdir "$PGHOST" 2>/dev/null || true
    fi
    exec 9>&-
    PG_STARTED=""
}
pg_others() { # connections besides the one that asks
    sql postgres "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()" 2>/dev/null || echo 0
}

# --- Databases ----------------------------------------------------------------------------------

sql() { psql -X -q -v ON_ERROR_STOP=1 -At -d "$1" -c "$2"; } # sql DATABASE STATEMENT
db_exists() { [ "$(sql postgres "select 1 from pg_database where datname = '$1'" 2>/dev/null)" = 1 ]; }
db_drop() {
    dropdb --force --if-exists "$1" 2>/dev/null || die "the database $1 could not be dropped"
    rm -rf "$STATE/data/filestore/$1"
}
db_clone() { # db_clone FROM TO, with the files (hard links: a filestore never rewrites a file)
    createdb -T "$1" "$2" || die "the database $1 could not be copied to $2"
    mkdir -p "$STATE/data/filestore"
    rm -rf "$STATE/data/filestore/$2"
    [ ! -d "$STATE/data/filestore/$1" ] || cp -al "$STATE/data/filestore/$1" "$STATE/data/filestore/$2"
}
db_rename() {
    rm -rf "$STATE/data/filestore/$2"
    [ ! -d "$STATE/data/filestore/$1" ] || mv "$STATE/data/filestore/$1" "$STATE/data/filestore/$2"
    sql postgres "alter database \"$1\" rename to \"$2\""
}

# template_db KIND MODULE... : prints the name of a database with these modules, demo data, Chinese and English.
# Made once for each list of modules and Odoo; a half-made one has another name and is dropped by the next run.
template_db() {
    local kind=$1 prefix name key modules log="$STATE/template.log" conf old start=$SECONDS
    shift
    modules=$(joined "$@")
    # The first figure is the recipe's own version.
    key=$(printf '2|%s|%s|%s' "$modules" "$(odoo_addons_path)" "$(cat "$(odoo_root)/odoo/release.py" "$REPO"/script/addons/*/__manifest__.py)" \
        | sha256sum | cut -c1-10)
    prefix=ca_template_$(repo_key)_${kind}_
    name=$prefix$key
    exec 8>>"$STATE/template.lock"
    flock 8
    if ! db_exists "$name" || [ ! -d "$STATE/data/filestore/$name" ]; then
        say "making the template database with $modules (once, a minute or two)"
        for old in $(sql postgres "select datname from pg_database where starts_with(datname, '$prefix')"); do db_drop "$old"; done
        conf=$(write_conf template)
        if [ "$kind" = server ]; then # a Chinese company whose administrator works in Chinese
            odoo db -c "$conf" init "${name}_part" --with-demo --language zh_CN --country CN >"$log" 2>&1 \
                || die "Odoo could not make a database: $(log_error "$log")"
        fi
        odoo -c "$conf" -d "${name}_part" -i "$modules" --with-demo --load-language zh_CN,en_US --stop-after-init \
            --no-http --log-level=warn >"$log" 2>&1 || die "Odoo could not install $modules: $(log_error "$log")"
        db_rename "${name}_part" "$name"
        say "template database made in $((SECONDS - start)) s"
    fi
    exec 8>&-
    printf '%s' "$name"
}

log_error() { printf '%s (all of it in %s)' "$(grep -m1 -E 'CRITICAL|ERROR|Error' "$1" || tail -n 1 "$1")" "$1"; }
joined() { (IFS=,; printf '%s' "$*"); }

# What changed in the addons between two starts.
addons_hash() {
    (cd "$REPO" && find "${ADDONS[@]}" -type f ! -path '*/tests/*' ! -path '*/__pycache__/*' ! -name '*.pyc' ! -name '*.md' -print0 \
        | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}
