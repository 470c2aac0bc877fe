# Reads what mysqlbinlog prints of one file. A transaction counts when all of it is in the file: a file may end anywhere.
#   size      bytes of the file
#   want      "gtids": the whole transactions, as runs (one line), then the position behind the last one (second line)
#             "before": what the file says was executed before it
#             "until": the file itself, without what is not whole and nothing from the first transaction on that was committed at or after `stop`
#   stop      microseconds since 1970 ("until" only; 0: no limit)
#   report    a file that gets "<microseconds of the last commit> <1 when stopped at `stop`> <1 when anything was left out>" ("until" only)
function flush_run() { if (key != "") out = out (out == "" ? "" : ",") key ":" first "-" last }
function field(name,   at, rest) {
  at = index($0, name "=")
  if (!at) return 0
  rest = substr($0, at + length(name) + 1)
  sub(/[^0-9].*/, "", rest)
  return rest + 0
}
BEGIN { end = 4; key = ""; cut = 0; commit = 0; over = 0 }
/^# at [0-9]+$/ { at = $3; held = $0; next }
/^#.*\tPrevious-GTIDs/ { listing = 1 }
listing && /^# [0-9a-f]+-[0-9a-f-]+:/ { line = $2; before = before line; if (want == "before") next }
listing && !/^#/ { listing = 0 }
/^#.*\tGTID\t.*transaction_length=/ {
  whole = at + field("transaction_length") <= size
  time = field("original_committed_timestamp")
  if (!whole) cut = 1
  else if (stop > 0 && time >= stop) { cut = 1; over = 1 }
  else { end = at + field("transaction_length"); commit = time }
}
want == "until" && !cut { if (held != "") print held; print }
{ held = "" }
want == "gtids" && !cut && /^SET @@SESSION.GTID_NEXT= '[^A']/ {
  split($0, part, "'")
  n = part[2]; sub(/.*:/, "", n); n += 0
  name = part[2]; sub(/:[^:]*$/, "", name)
  if (name == key && n == last + 1) last = n
  else { flush_run(); key = name; first = n; last = n }
}
cut && want == "until" { exit }
END {
  if (want == "gtids") { flush_run(); print out; print end }
  if (want == "before") print before
  if (want == "until") {
    # Also after a whole file, where it is there already.
    print "DELIMITER ;"
    printf "%.0f %d %d\n", commit, over, cut > report
  }
}
