# What the programs of this image share. Sourced; the caller has set -euo pipefail.
#
#   NODE_NAME            name of the instance on this node, as mysql-agent knows it           required
#   NODE_ADDRESS         IPv4 address of this node                                            required
#   MYSQL_PORT           port of every instance                                               3310
#   AGENT_PORT           port of every agent                                                  3311
#   MYSQL_DATA           the volume of this node's instance                                   /var/lib/mysql
#   BACKUP_DIR           where backups are kept                                               /backup
#   NOMAD_SECRETS_DIR    mysql.json with backup_password; only read: a node that restarts gives it to root     required
#   TMPDIR               option files and the like, for this user alone: the container's own memory           /tmp
#   CONSUL_HTTP_ADDR, CONSUL_HTTP_TOKEN                                                       http://127.0.0.1:8500, none
# Times are UTC everywhere: mysqlbinlog reads and prints the local zone.
export TZ=UTC

program=${0##*/}
say() { printf '%s %s: %s\n' "$(date +%FT%TZ)" "$program" "$*" >&2; }

# fail WHAT GIVEN ALLOWED DO
fail() {
  failure="$1 ($2)"
  printf '%s: %s\n  given    %s\n  allowed  %s\n  do       %s\n' "$program" "$1" "$2" "$3" "$4" >&2
  exit 1
}

: "${NODE_NAME:?$program: NODE_NAME is not set: give the name of the node}"
: "${NODE_ADDRESS:?$program: NODE_ADDRESS is not set: give the address of the node}"
port=${MYSQL_PORT:-3310}
agent_port=${AGENT_PORT:-3311}
volume=${MYSQL_DATA:-/var/lib/mysql}
store=${BACKUP_DIR:-/backup}
secrets=${NOMAD_SECRETS_DIR:?$program: NOMAD_SECRETS_DIR is not set: run me as a Nomad task, or give a directory}
private=${TMPDIR:-/tmp}/$program-$NODE_NAME
mkdir -p -m 700 "$private"
consul=${CONSUL_HTTP_ADDR:-http://127.0.0.1:8500}
[[ $consul == http*://* ]] || consul=http://$consul
bases=$store/base
binlogs=$store/binlog

secret() { jq -er --arg name "$1" '.[$name]' "$secrets/mysql.json"; }

# An option file with a password, so that it is on no command line: options USER SECRET, prints the path. Made anew each time: passwords rotate.
options() {
  local file=$private/$1.cnf
  (umask 077 && secret "$2" | jq -Rr --arg user "$1" \
    '"[client]\nuser=\($user)\npassword=\"\(gsub("\\\\"; "\\\\") | gsub("\""; "\\\""))\""' >"$file.$$")
  mv "$file.$$" "$file"
  printf '%s' "$file"
}

# sql HOST STATEMENT: as the account `backup`, bare values.
sql() { timeout 20 mysql --defaults-file="$(options backup backup_password)" --connect-timeout=5 -h "$1" -P "$port" -NBre "$2"; }

# kv METHOD KEY [CURL OPTIONS...]: Consul's store below shoal/mysql/; the body comes by --data-binary.
kv() {
  local method=$1 key=$2
  shift 2
  curl -sS --fail-with-body --max-time 10 -X "$method" --header @<(printf 'X-Consul-Token: %s\n' "${CONSUL_HTTP_TOKEN:-}") "$@" \
    "$consul/v1/kv/shoal/mysql/$key"
}

# Addresses of the healthy instances in a role: passing mysql-replica
passing() {
  curl -sS --fail --max-time 10 --header @<(printf 'X-Consul-Token: %s\n' "${CONSUL_HTTP_TOKEN:-}") \
    "$consul/v1/health/service/$1?passing" | jq -r '.[].Service.Address'
}

# agent HOST PATH: the status that the agent of an instance answers with.
agent() { curl -s -o /dev/null --max-time 3 -w '%{http_code}' "http://$1:$agent_port$2" || true; }

# stamp SECONDS: 2026-11-22T18:00:00Z as a file name that sorts.
stamp() { date -d "@$1" +%Y%m%dT%H%M%SZ; }

# The manifest of each whole base, oldest first.
manifests() {
  local manifest
  for manifest in "$bases"/2*/manifest.json; do [[ ! -e $manifest ]] || printf '%s\n' "$manifest"; done
}
