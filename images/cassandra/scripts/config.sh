# What a start of Cassandra needs: its class path, and the configuration of this start in $conf. Sourced by the entrypoint.

# Always the same text, on every node: the archive of classes was made for exactly this one.
classpath() {
  local LC_ALL=C IFS=:
  set -- "$home"/lib/*.jar
  echo "$*"
}

# render SEEDS: comma-separated addresses.
render() {
  local heap=${CASSANDRA_HEAP_MB:-384} direct=${CASSANDRA_DIRECT_MB:-128}
  mkdir -p "$conf" "$work/tmp"
  cp "$home"/conf/logback.xml "$home"/conf/logback-tools.xml "$conf"
  {
    cat "$home/conf/cassandra.yaml"
    printf '\n# Of this node, by the entrypoint:\n'
    jq -nr --arg cluster "$cluster" --arg address "$address" --arg seeds "$1" --argjson memtable $((heap / 6)) '
      "cluster_name: \($cluster | tojson)",
      "listen_address: \($address | tojson)",
      "rpc_address: \($address | tojson)",
      "memtable_heap_space: \($memtable)MiB",
      "memtable_offheap_space: \($memtable)MiB",
      "seed_provider: \([{ class_name: "org.apache.cassandra.locator.SimpleSeedProvider", parameters: [{ seeds: $seeds }] }] | tojson)"'
  } >"$conf/cassandra.yaml"
  printf 'dc=%s\nrack=%s\nprefer_local=true\n' "${CASSANDRA_DC:-dc1}" "${CASSANDRA_RACK:-rack1}" >"$conf/cassandra-rackdc.properties"
  {
    cat "$home/conf/jvm.options"
    printf '%s\n' "-Xms${heap}m" "-Xmx${heap}m" "-XX:MaxDirectMemorySize=${direct}m" \
      "-Dcassandra.config=file://$conf/cassandra.yaml" "-Dcassandra.storagedir=$data" "-Dcassandra.logdir=$work" \
      "-Dlogback.configurationFile=$conf/logback.xml" "-Dshoal.work=$work" \
      "-Dcassandra-rackdc.properties=file://$conf/cassandra-rackdc.properties" \
      "-Djava.io.tmpdir=$work/tmp" "-Djna.tmpdir=$work/tmp" "-Dio.netty.native.workdir=$work/tmp" "-Duser.home=$work" \
      "-Dcom.sun.management.jmxremote.authenticate=true" "-Dcom.sun.management.jmxremote.password.file=$work/jmx.password"
  } >"$conf/jvm.options"
  # JMX listens on the loopback of the node, which other containers on the host network share: it asks for a password.
  if [ ! -s "$work/jmx.password" ]; then
    (umask 077 && printf 'shoal %s\n' "$(head -c 24 /dev/urandom | base64 | tr -d '+/=')" >"$work/jmx.password")
  fi
}
