# The group's first base backup, made by itself: sourced by mysql-backup after common.sh. Every home runs this; one makes the backup.

# await_group: until the group takes writes with all its replicas. Ends with 1 when there is a base already: nothing is to be done.
await_group() {
  local deadline state newest waited=''
  deadline=$(($(date +%s) + ${FIRST_PATIENCE:-900}))
  while :; do
    # A key that is not there yet is an answer (404); a Consul that does not answer is none.
    newest=$(kv GET backup/latest 2>/dev/null | jq -r '.[0].Value // empty | @base64d | fromjson | .id' 2>/dev/null) || newest=''
    [[ -z $newest ]] || { say "the group has a base backup: $newest"; return 1; }
    state=$(kv GET 'state?raw' 2>/dev/null | jq -r .state 2>/dev/null) || state=''
    [[ $state != writable ]] || missing || return 0
    [[ -n $waited ]] || say "waits until the group is whole (now: ${state:-no state})"
    waited=yes
    (($(date +%s) < deadline)) || fail 'the group is not whole' "after ${FIRST_PATIENCE:-900} s: ${state:-no state}" 'a primary, and every known instance beside it a healthy replica' \
      "look at 'nomad action -job=mysql status'; the next run on schedule makes the base backup"
    sleep "${FIRST_INTERVAL:-5}"
  done
}

# missing: whether an instance that the group knows is no healthy one.
missing() {
  local known healthy
  known=$(kv GET 'instances/?recurse' | jq length) || return 0
  healthy=$({ passing mysql-primary && passing mysql-replica; } | sort -u | wc -l) || return 0
  ((healthy < known))
}

# claim_first: one node wins, for an hour; a run that starts again after a failure goes on with its own claim.
claim_first() {
  local now entry index=0 at node
  now=$(date +%s)
  if entry=$(kv GET backup/first 2>/dev/null | jq -ce '.[0] | {index: .ModifyIndex} + (.Value | @base64d | fromjson)'); then
    index=$(jq .index <<<"$entry") at=$(jq .epoch <<<"$entry") node=$(jq -r .node <<<"$entry")
    [[ $node != "$NODE_NAME" ]] || return 0
    ((now - at > 3600)) || { say "$node makes the first base backup"; return 1; }
  fi
  [[ $(kv PUT "backup/first?cas=$index" --data-binary "$(jq -cn --arg node "$NODE_NAME" --arg at "$(date +%FT%TZ)" --argjson epoch "$now" \
    '{node: $node, at: $at, epoch: $epoch}')") == true ]] || { say 'another node makes the first base backup'; return 1; }
}
