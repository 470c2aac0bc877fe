# retain DAYS KEEP: removes bases older than DAYS, but never the KEEP newest, then the binary logs that only they needed.
retain() {
  local days=$1 keep=$2 limit all manifest index=0 oldest stream file
  limit=$(($(date +%s) - days * 86400))
  mapfile -t all < <(manifests)
  for manifest in "${all[@]}"; do
    index=$((index + 1))
    ((index <= ${#all[@]} - keep)) || break
    (($(jq .finishedEpoch "$manifest") < limit)) || continue
    say "$(jq -r .id "$manifest") is older than $days days: removed"
    # Its name goes first, so that half a backup is never taken for a whole one.
    mv "${manifest%/manifest.json}" "$bases/.part-old"
    rm -rf "$bases/.part-old"
  done
  mapfile -t all < <(manifests)
  ((${#all[@]} > 0)) || return 0
  oldest=$(jq '.started | fromdate' "${all[0]}")
  # A file is needed as long as it was written to after the oldest base began. The newest of a stream says how far it reaches: it stays.
  for stream in "$binlogs"/2*/; do
    [[ -d $stream ]] || continue
    for file in $(find "$stream" -name 'binlog.*' | sort | head -n -1); do
      (($(stat -c %Y "$file") >= oldest - 60)) || rm -f "$file"
    done
    file=$(find "$stream" -name 'binlog.*' | sort | tail -n 1)
    [[ $stream != "$(find "$binlogs" -maxdepth 1 -name '2*' | sort | tail -n 1)/" ]] || continue
    [[ -n $file ]] && (($(stat -c %Y "$file") >= oldest - 60)) || rm -rf "$stream"
  done
}
