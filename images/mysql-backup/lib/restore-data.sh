# Makes a data directory as the group was at a moment: a base backup, and the archived transactions after it. Sourced after common.sh and archive.sh.

# plan MICROSECONDS: which base, and how far the archive reaches, as JSON: {node, base, baseAt, reach} or {node, problem}. 0 means: all there is.
plan() {
  local second=$(($1 / 1000000)) manifest base='' stream reach=0
  (($1 > 0)) || second=$(date +%s)
  while read -r manifest; do
    (($(jq .finishedEpoch "$manifest") <= second)) || continue
    [[ ! -e ${manifest%/*}/abandoned ]] || (($(<"${manifest%/*}/abandoned") > second)) || continue
    base=$manifest
  done < <(manifests)
  while read -r stream; do reach=$((reach > $(jq .heard "$stream/state.json") ? reach : $(jq .heard "$stream/state.json"))); done < <(streams)
  if [[ -z $base ]]; then
    jq -cn --arg node "$NODE_NAME" '{node: $node, problem: "no base backup from before that time is here"}'
  elif (($1 > 0 && reach * 1000000 < $1)); then
    jq -cn --arg node "$NODE_NAME" --argjson reach "$reach" '{node: $node, reach: $reach, problem: "the archive here is known to be complete only up to \($reach | todate)"}'
  else jq -c --arg node "$NODE_NAME" --argjson reach "$reach" '{node: $node, base: .id, baseAt: .finishedEpoch, reach: $reach}' "$base"; fi
}

# moment MICROSECONDS: as people write it.
moment() { (($1 == 0)) || printf '%s.%06dZ' "$(date -d "@$(($1 / 1000000))" +%FT%T)" $(($1 % 1000000)); }

# As an account of its own, which no replayed statement knows: root's password may change on the way.
as_restorer() { mysql --defaults-file="$private/restorer.cnf" -S "$private/restore.sock" "$@"; }
ask() { as_restorer -NBre "$1" | tr -d '\n'; }

start_scratch() {
  local data=$1 statements=$private/restore.sql word tries=0
  word=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
  (
    umask 077
    printf '[client]\nuser=restorer\npassword="%s"\n' "$word" >"$private/restorer.cnf"
    printf '%s\n' "CREATE USER restorer@localhost IDENTIFIED BY '$word';" 'GRANT ALL ON *.* TO restorer@localhost WITH GRANT OPTION;' >"$statements"
  )
  mkdir -p "$data.tmp"
  # Nobody reaches it, nothing of it is logged, and nothing is flushed: the whole directory is, once, before it gets its name.
  mysqld --defaults-file="${MYSQL_CNF:-/etc/shoal/mysqld.cnf}" --datadir="$data" --tmpdir="$data.tmp" --socket="$private/restore.sock" \
    --pid-file="$private/restore.pid" --skip-networking --skip-log-bin --skip-log-replica-updates --super-read-only=OFF --read-only=OFF \
    --server-id=1 --max-connections=4 --innodb-buffer-pool-size=24M --innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0 \
    --skip-innodb-doublewrite --init-file="$statements" &
  scratch=$!
  until as_restorer -e 'DO 0' 2>/dev/null; do
    kill -0 "$scratch" 2>/dev/null || { failure='mysqld did not start on the base backup' && return 1; }
    tries=$((tries + 1))
    ((tries < 3000)) || { failure='mysqld did not start within 5 minutes' && return 1; }
    sleep 0.1
  done
  rm -f "$statements"
}

stop_scratch() {
  [[ -n ${scratch:-} ]] || return 0
  kill -TERM "$scratch" 2>/dev/null || true
  wait "$scratch" || { failure='mysqld did not stop cleanly' && return 1; }
  scratch=''
}

# replay MICROSECONDS: every archived transaction that is not here yet. Sets `last`, the time of the last one (microseconds), and `stopped`.
replay() {
  local stop=$1 excluded stream set file next need all=() status=() cut i report=$private/restore.report
  last=0 stopped=0
  excluded=$(abandoned_by "$((stop > 0 ? stop / 1000000 : $(date +%s)))")
  while read -r stream; do
    set=$(jq -r .archived "$stream/state.json")
    mapfile -t all < <(files "$stream")
    ((${#all[@]} > 0)) || continue
    need=$(printf '%s,%s' "$(jq -r .after "$stream/state.json")" "$(before "${all[0]}")" | tidy)
    need=$(ask "SELECT REPLACE(GTID_SUBTRACT(GTID_SUBTRACT('$need', @@GLOBAL.gtid_executed), '$excluded'), '\n', '')")
    [[ -z $need ]] || { failure="the archive has a gap before ${stream##*/}: $need" && return 1; }
    for ((i = 0; i < ${#all[@]}; i++)); do
      file=${all[i]} next=${all[i + 1]:-}
      # What was executed before the next file is all that this one can hold.
      if [[ -n $next && $(ask "SELECT GTID_SUBSET('$(before "$next")', CONCAT(@@GLOBAL.gtid_executed, ',$excluded'))") == 1 ]]; then continue; fi
      say "replaying ${file#"$binlogs"/}"
      mysqlbinlog --no-defaults ${excluded:+--exclude-gtids="$excluded"} "$file" |
        awk -v want=until -v stop="$stop" -v size="$(stat -c %s "$file")" -v report="$report" -f "$awk_program" | as_restorer --binary-mode
      status=("${PIPESTATUS[@]}")
      ((status[2] == 0)) || { failure="a transaction of ${file#"$binlogs"/} could not be applied" && return 1; }
      read -r set stopped cut <"$report"
      # The last file of a stream may end anywhere, and what is not whole was left out. Others are whole, or damaged.
      ((status[0] == 0 || cut == 1)) || [[ -z $next ]] || { failure="${file#"$binlogs"/} is damaged" && return 1; }
      ((set == 0)) || last=$set
      ((stopped == 0)) || return 0
    done
  done < <(streams)
}

# The accounts get the passwords of today: those of back then are in no variable any more.
accounts() {
  jq -r --arg app "${MYSQL_APP_USER:-app}" '
    def quoted: split("\\") | join("\\\\") | split("\u0027") | join("\u0027\u0027") | "\u0027" + . + "\u0027";
    (["root@localhost", .root_password], ["agent@localhost", .agent_password], ["replication@\u0027%\u0027", .replication_password],
      ["\u0027\($app)\u0027@\u0027%\u0027", .app_password], ["backup@\u0027%\u0027", .backup_password]
      | "ALTER USER IF EXISTS \(.[0]) IDENTIFIED BY \(.[1] | quoted);", "ALTER USER IF EXISTS \(.[0]) DISCARD OLD PASSWORD;"),
    "STOP REPLICA;", "RESET REPLICA ALL;", "DROP USER restorer@localhost;"' "$secrets/mysql.json"
}

# restore_data BASE-ID MICROSECONDS DIRECTORY: leaves DIRECTORY whole, and sets `result`: {gtids, last, stopped, seconds}.
restore_data() {
  local base=$bases/$1 stop=$2 target=$3 began
  began=$(date +%s)
  rm -rf "$target" "$target.tmp"
  mkdir -p "$target"
  say "unpacking $1"
  [[ $(sha256sum "$base/data.tar.gz" | cut -d ' ' -f 1) == "$(jq -r .sha256 "$base/manifest.json")" ]] ||
    { failure="$1 is damaged: its checksum is another one" && return 1; }
  tar -C "$target" -xzf "$base/data.tar.gz" || { failure="$1 cannot be unpacked" && return 1; }
  start_scratch "$target" && replay "$stop" || return 1
  result=$(jq -cn --arg gtids "$(ask "SELECT REPLACE(@@GLOBAL.gtid_executed, '\n', '')")" --arg last "$(moment "$last")" --argjson stopped "$stopped" --argjson seconds "$(($(date +%s) - began))" \
    '{gtids: $gtids, last: $last, stopped: ($stopped == 1), seconds: $seconds}')
  accounts | as_restorer --binary-mode || { failure='the accounts could not be set' && return 1; }
  stop_scratch || return 1
  rm -rf "$target.tmp" "$private"/restore*
  # A new server: its own history begins here.
  rm -f "$target/auto.cnf"
  sync -f "$target"
}
