#!/bin/bash
# Makes the archive of classes: starts a node that is alone, with the flags of every start, and has Java keep the classes
# that it loaded, parsed and checked. For the image's build. Argument: the archive's file.
set -euo pipefail
home=/opt/cassandra
archive=$1
work=$(mktemp -d)
data=$work/data
conf=$work/conf
cluster=archive
address=127.0.0.1
. "$home/scripts/config.sh"

mkdir -p "$data"
render "$address"
sed -i '/SharedArchiveFile/d' "$conf/jvm.options"
# The data's place is the volume's, which a build has not.
sed -i "s|/var/lib/cassandra|$data|" "$conf/cassandra.yaml"
java @"$home/conf/modules.options" @"$conf/jvm.options" -XX:ArchiveClassesAtExit="$archive" -Dcassandra.skip_wait_for_gossip_to_settle=0 \
  -cp "$(classpath)" org.apache.cassandra.service.CassandraDaemon >"$work/log" 2>&1 &
jvm=$!
for _ in {1..600}; do
  CASSANDRA_LISTEN_ADDRESS=$address cassandra-health >/dev/null && break
  kill -0 $jvm 2>/dev/null || break
  sleep 0.5
done
kill -TERM $jvm 2>/dev/null || true
wait $jvm || true
if [ ! -s "$archive" ]; then
  tail -n 30 "$work/log" >&2
  echo "archive.sh: Cassandra did not leave its classes in $archive; its last words are above" >&2
  exit 1
fi
# One that does not fit is passed over in silence when Cassandra starts: here it must fit.
java @"$home/conf/modules.options" @"$conf/jvm.options" -XX:SharedArchiveFile="$archive" -Xshare:on -cp "$(classpath)" -version
rm -rf "$work"
