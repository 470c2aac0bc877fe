# Consul over HTTP, for the entrypoint. Sourced; needs $work, CONSUL_HTTP_ADDR and (with ACLs) CONSUL_HTTP_TOKEN.

lock_key=shoal/cassandra/joining
session=
renewed=0

consul_setup() {
  : "${CONSUL_HTTP_ADDR:?CONSUL_HTTP_ADDR must be the address of this node\'s Consul agent, for example http://127.0.0.1:8500}"
  case $CONSUL_HTTP_ADDR in http://* | https://*) ;; *) CONSUL_HTTP_ADDR=http://$CONSUL_HTTP_ADDR ;; esac
  # In a file, because arguments of a process can be read by everyone on the node.
  (umask 077 && printf 'X-Consul-Token: %s\n' "${CONSUL_HTTP_TOKEN:-}" >"$work/consul-header")
}

# consul METHOD PATH [BODY]: prints the answer; 0 on success, 4 where there is no such thing, 1 on any other trouble.
consul() {
  local code
  code=$(curl --silent --show-error --max-time 10 --request "$1" --header @"$work/consul-header" \
    ${3:+--data-binary "$3"} --output "$work/consul-answer" --write-out '%{http_code}' "$CONSUL_HTTP_ADDR/v1/$2" 2>"$work/consul-error") ||
    { last_error="Consul at $CONSUL_HTTP_ADDR: $(cat "$work/consul-error")" && return 1; }
  case $code in
    200) cat "$work/consul-answer" ;;
    404) return 4 ;;
    *) last_error="Consul at $CONSUL_HTTP_ADDR answered $code to $1 $2: $(head -c 300 "$work/consul-answer")" && return 1 ;;
  esac
}

# The same, again and again until Consul gives an answer: a node must not decide about a ring without it.
consul_insist() {
  local status answer
  while true; do
    status=0
    consul "$@" >"$work/consul-insist" || status=$?
    answer=$(cat "$work/consul-insist")
    [ $status -eq 1 ] || break
    say_rarely "waiting for Consul: $last_error"
    nap 2
  done
  printf '%s' "$answer"
  return $status
}

# Takes the one lock under which a node joins. Its session ends by itself when this container or its node dies.
lock_take() {
  local body holder
  body=$(jq -nc --arg address "$address" --arg since "$(date -u +%FT%TZ)" '{$address, $since}')
  while true; do
    if [ -z "$session" ]; then
      session=$(consul_insist PUT session/create '{"Name":"cassandra joins","TTL":"30s","LockDelay":"2s","Behavior":"release"}' | jq -r .ID) || session=
      renewed=$SECONDS
    fi
    if [ -n "$session" ] && [ "$(consul PUT "kv/$lock_key?acquire=$session" "$body")" = true ]; then
      say "holds the lock $lock_key: no other node joins now"
      return
    fi
    holder=$(consul GET "kv/$lock_key?raw" | jq -r '.address // empty' 2>/dev/null) || holder=
    say_rarely "waits for the lock $lock_key, held by ${holder:-nobody (its delay runs)}"
    nap 2
    lock_renew || session=
  done
}

# Renews the session when that is due. Fails once the session is gone: then another node may be joining.
lock_renew() {
  [ -n "$session" ] || return 0
  [ $((SECONDS - renewed)) -ge 8 ] || return 0
  local status=0
  consul PUT "session/renew/$session" >/dev/null || status=$?
  if [ $status -eq 0 ]; then renewed=$SECONDS; fi
  # Consul out of reach: the session still lives for its TTL, so go on trying until that is over.
  [ $status -ne 4 ] && [ $((SECONDS - renewed)) -lt 30 ]
}

lock_release() {
  [ -n "$session" ] || return 0
  consul PUT "kv/$lock_key?release=$session" >/dev/null || true
  consul PUT "session/destroy/$session" >/dev/null || true
  session=
}

# Addresses of Cassandra nodes from Consul, without this one: all that are registered, or with `passing` the healthy.
services() {
  consul_insist GET "health/service/cassandra${1:+?$1}" |
    jq -r --arg me "$address" '[.[] | if .Service.Address == "" then .Node.Address else .Service.Address end | select(. != $me)] | unique[]'
}

# Addresses that have ever joined, from Consul's KV, one a line.
members() { consul_insist GET 'kv/shoal/cassandra/members/?keys' | jq -r '.[] | split("/") | last'; }

member_record() {
  consul_insist PUT "kv/shoal/cassandra/members/$address" \
    "$(jq -nc --arg cluster "$cluster" --arg since "$(date -u +%FT%TZ)" '{$cluster, $since}')" >/dev/null
}

# Nodes that Consul's catalog knows and that listen on Cassandra's storage port: a ring that no record speaks of.
listening() {
  local node
  for node in $(consul_insist GET catalog/nodes | jq -r --arg me "$address" '[.[].Address | select(. != $me)] | unique[]'); do
    timeout 1 bash -c ": >/dev/tcp/$node/7000" 2>/dev/null && echo "$node"
  done
  return 0
}
