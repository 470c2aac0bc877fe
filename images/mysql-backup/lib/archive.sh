# The archived binary logs: $BACKUP_DIR/binlog/<time>-<server>/{state.json,binlog.NNNNNN}, one folder ("stream") for each time that a
# source was followed. Sourced after common.sh.
#   state.json  after     what had been archived when the stream began: the source was asked for everything else
#               archived  after, and what has come since
#               heard     the last second at which everything that the source had was here
abandoned=$binlogs/abandoned.jsonl
awk_program=${BACKUP_LIB:-/usr/local/lib/shoal-backup}/gtids.awk

streams() { find "$binlogs" -mindepth 1 -maxdepth 1 -type d -name '2*' 2>/dev/null | sort; }
files() { find "$1" -name 'binlog.[0-9]*' | sort; }
last_stream() { streams | tail -n 1; }

# gtids FILE [POSITION]: two lines, the transactions that are whole, and where they end.
gtids() {
  { mysqlbinlog --no-defaults --base64-output=decode-rows --start-position="${2:-4}" "$1" 2>/dev/null || true; } |
    awk -v want=gtids -v size="$(stat -c %s "$1")" -f "$awk_program"
}

# before FILE: what the source had executed before it.
before() { { mysqlbinlog --no-defaults --base64-output=decode-rows "$1" 2>/dev/null || true; } | head -n 40 | awk -v want=before -f "$awk_program"; }

# archived_until STREAM: everything archived when it ended, also what came after its state was last written.
archived_until() {
  local file set
  set=$(jq -r '.archived' "$1/state.json")
  file=$(files "$1" | tail -n 1)
  [[ -z $file ]] || set=$set,$(before "$file"),$(gtids "$file" | head -n 1)
  tidy <<<"$set"
}

# Without empty parts, so that a server takes it as a set.
tidy() { tr -d ' \n' | sed -E 's/,+/,/g; s/^,//; s/,$//'; }

# abandoned_by EPOCH: transactions that were found, by then, not to be part of the group's history.
abandoned_by() { [[ ! -s $abandoned ]] || jq -rs --argjson at "$1" '[.[] | select(.at <= $at) | .gtids] | join(",")' "$abandoned"; }
