import com.datastax.driver.core.Row;
import java.util.Map;

/** Brings a keyspace to the wanted number of replicas. */
final class Keyspaces {
    static void replicate(Ring ring, Settings settings, String keyspace) {
        Row row = ring.run("SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?", keyspace).one();
        if (row == null) return;
        Map<String, String> now = row.getMap("replication", String.class, String.class);
        String wanted = Integer.toString(settings.replicationFactor);
        if (now.getOrDefault("class", "").endsWith("NetworkTopologyStrategy") && wanted.equals(now.get(settings.datacenter))) return;
        ring.run("ALTER KEYSPACE " + keyspace + " WITH replication = " + settings.replication());
        System.out.println("keyspace " + keyspace + ": " + now + " -> " + settings.replication()
            + " (rows of before: `nodetool repair --full " + keyspace + "` on each node)");
    }
}
