# Nomad's API through the task's socket, with the identity of the task. Sourced after common.sh; uses $job.
# nomad METHOD PATH [CURL OPTIONS...]
nomad() {
  local method=$1 path=$2
  shift 2
  curl -sS --fail-with-body --max-time 20 --unix-socket "$secrets/api.sock" -X "$method" --header @<(printf 'X-Nomad-Token: %s\n' "$NOMAD_TOKEN") "$@" \
    "http://nomad/v1/$path"
}

# Node names of what runs for this dispatch.
participants() { nomad GET "job/$(jq -rn --arg id "$NOMAD_JOB_ID" '$id | @uri')/allocations" | jq -r '.[] | select(.ClientStatus == "running" or .ClientStatus == "pending") | .NodeName'; }

# Names of the nodes where an instance of the group runs, or may still run.
living() { nomad GET "job/$job/allocations" | jq -r '.[] | select(.ClientStatus == "running" or .ClientStatus == "pending" or .ClientStatus == "unknown") | .NodeName'; }

# How many instances the group should have: what the stack says, or what runs.
wanted() {
  local count
  count=$(nomad GET "var/nomad/jobs/$job" 2>/dev/null | jq -r '.Items.instances // empty') || true
  [[ -n $count ]] || count=$(nomad GET "job/$job" | jq -r '.TaskGroups[0].Count')
  printf '%s' "$count"
}

# scale COUNT: Nomad refuses while a deployment is under way, so for up to 5 minutes.
scale() {
  local tries
  for tries in {1..60}; do
    if jq -cn --arg job "$job" --argjson count "$1" --arg by "$NOMAD_JOB_ID" '{Count: $count, Target: {Job: $job, Group: $job}, Message: "restore by \($by)"}' |
      nomad POST "job/$job/scale" --data-binary @- >/dev/null; then return 0; fi
    say "Nomad does not scale $job yet (try $tries)"
    sleep 5
  done
  return 1
}
