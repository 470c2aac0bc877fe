# The two parts in a restore of the group. Sourced by mysql-restore.

# here NODE: whether its part of this run goes on. When Nomad doesn't answer, nothing is known to be lost.
here() {
  local all
  all=$(participants) || return 0
  [[ -z $all ]] || grep -qxF "$1" <<<"$all"
}

# The node that makes the data, and commands.
lead() {
  local known missing=() name holds others began
  began=$(date +%s)
  say "this node restores: $(jq -c --arg node "$NODE_NAME" '.[] | select(.node == $node)' <<<"$offers")"
  instances=$(wanted)
  ((instances > 0)) || give_up "how many instances $job has is not known"
  holds=$(jq -r '[.[] | select(.data) | .node] | join(", ")' <<<"$offers")
  if [[ $replace != yes ]]; then
    [[ -z $(living) ]] || give_up "the group runs: its data is put aside only with -meta replace=yes"
    [[ -z $holds ]] || give_up "there is data of the group on $holds: it is put aside only with -meta replace=yes"
  fi
  # Data that comes back later with more in it than what was restored would win when the group starts.
  known=$(kv GET 'instances/?recurse' 2>/dev/null | jq -r '.[].Value | @base64d | fromjson | .instance' || true)
  for name in $known; do
    jq -e --arg name "$name" 'any(.[]; .node == $name)' <<<"$offers" >/dev/null || [[ ",$without," == *",$name,"* ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || give_up "no part is taken by ${missing[*]}: bring it back, or give up its data with -meta without=NAME,..."
  others=$(jq -r --arg node "$NODE_NAME" '.[] | select(.node != $node) | .node' <<<"$offers")

  if [[ -n $(living) ]]; then
    note state 'stopping the group'
    say "stopping $job"
    scaled=yes
    scale 0 || give_up "Nomad does not stop $job"
    until [[ -z $(living) ]]; do sleep 1; done
  fi
  note state 'making the data'
  restore_data "$(jq -r --arg node "$NODE_NAME" '.[] | select(.node == $node) | .base' <<<"$offers")" "$stop" "$target" ||
    give_up "${failure:-the data could not be made}"
  say "made: $result"

  # From here on there is no way back but another restore: old data is only moved, never removed.
  note state ready
  for name in $others; do
    until [[ $(look "aside/$name") == done ]]; do
      here "$name" || give_up "$name has gone before it put its data aside: dispatch again"
      sleep 1
    done
  done
  put_aside
  mv "$target" "$volume/data"
  sync -f "$volume"
  # Nobody leads: the instance that has everything takes the key when all of them answer. `initialised` stays, so that an empty one never does.
  kv DELETE primary >/dev/null
  kv DELETE leader >/dev/null
  kv DELETE 'instances/?recurse' >/dev/null
  kv PUT 'initialised?cas=0' --data-binary "$(jq -cn --arg node "$NODE_NAME" --arg at "$(date +%FT%TZ)" '{instance: $node, uuid: "restored", at: $at}')" >/dev/null
  kv PUT "history/$(date +%FT%T.%3NZ)" --data-binary "$(jq -cn --arg node "$NODE_NAME" --arg now "$(date +%FT%TZ)" --arg to "$at" --argjson made "$result" \
    '{at: $now, event: "restored", to: $node, reason: "to \($to): \($made.gtids)"}')" >/dev/null || true
  scaled=''
  scale "$instances" || give_up "the data is in place on $NODE_NAME, but Nomad does not start $job: nomad job scale $job $job $instances"
  note state 'starting the group'
  local deadline=$(($(date +%s) + 600))
  until [[ -n $(passing mysql-primary) ]]; do
    (($(date +%s) < deadline)) || give_up "the data is in place on $NODE_NAME, but nobody leads after 10 minutes: is an instance there? (nomad job status $job)"
    sleep 1
  done
  say "$job leads again, $(($(date +%s) - began)) s after the beginning"
  note state "done: $(jq -c '. + {wall: $wall}' --argjson wall "$(($(date +%s) - began))" <<<"$result")"
}

# The other nodes.
assist() {
  local state before='' leader deadline
  deadline=$(($(date +%s) + ${RESTORE_PATIENCE:-240} * 60))
  while :; do
    state=$(look state) leader=$(look leader)
    [[ $state == "$before" ]] || { say "${leader:-nobody yet}: $state" && before=$state; }
    case $state in
    ready) [[ $(look "aside/$NODE_NAME") == done ]] || { put_aside && note "aside/$NODE_NAME" 'done'; } ;;
    'done'*) return 0 ;;
    failed*) exit 1 ;;
    esac
    (($(date +%s) < deadline)) || give_up "nothing has happened for too long"
    [[ -z $leader ]] || here "$leader" || { sleep 2 && [[ $(look state) == 'done'* ]] || give_up "$leader has gone before it was done: dispatch again"; }
    sleep 1
  done
}
