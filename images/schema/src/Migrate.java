import com.datastax.driver.core.Row;
import com.datastax.driver.core.exceptions.DriverException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Brings the schema and the roles of the ring to what this image carries. Safe to repeat and to interrupt; one at a time. Exit code 0 when
 * everything is as it should be, 1 with the reason otherwise.
 */
public final class Migrate {
    /** Seconds after which the lock of a run that died is free. */
    private static final int LOCK_SECONDS = 300;

    public static void main(String[] arguments) throws Exception {
        try {
            Settings settings = new Settings();
            List<CqlScript> scripts = scripts(Path.of(settings.migrations));
            try (Ring ring = whenReady(settings)) {
                migrate(ring, settings, scripts);
            }
        } catch (IllegalArgumentException | IllegalStateException | DriverException e) {
            System.err.println("schema: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    static List<CqlScript> scripts(Path directory) throws Exception {
        List<CqlScript> scripts = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".cql")).sorted().toList()) scripts.add(CqlScript.read(file));
        }
        return scripts;
    }

    /** Connected as admin to a ring that has as many nodes as a row has replicas. */
    private static Ring whenReady(Settings settings) throws Exception {
        String trouble = "";
        while (System.nanoTime() < settings.deadline) {
            String now;
            try {
                TreeSet<String> nodes = settings.healthyNodes();
                if (nodes.size() >= settings.replicationFactor) {
                    Ring ring = Roles.asAdmin(settings, nodes);
                    if (ring.nodesUp() >= settings.replicationFactor) return ring;
                    now = ring.nodesUp() + " nodes are up";
                    ring.close();
                } else {
                    now = "healthy in Consul: " + nodes;
                }
            } catch (DriverException | java.io.IOException | IllegalStateException e) {
                // A ring that starts refuses in many ways: no host, no superuser yet, no quorum of system_auth.
                now = e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            if (!now.equals(trouble)) System.out.println("waits for " + settings.replicationFactor + " nodes of Cassandra: " + now);
            trouble = now;
            Thread.sleep(2000);
        }
        throw new IllegalStateException("Cassandra isn't ready\n  given    " + trouble + "\n  allowed  at least " + settings.replicationFactor
            + " healthy nodes (CASSANDRA_REPLICATION_FACTOR) within SCHEMA_TIMEOUT_SECONDS"
            + "\n  do       look at `nomad job status cassandra` and the logs of its allocations, then run this job again");
    }

    private static void migrate(Ring ring, Settings settings, List<CqlScript> scripts) throws Exception {
        String table = settings.keyspace + ".schema_migrations";
        ring.run("CREATE KEYSPACE IF NOT EXISTS " + settings.keyspace + " WITH replication = " + settings.replication());
        ring.run("CREATE TABLE IF NOT EXISTS " + table + " (id text PRIMARY KEY, applied_at timestamp, checksum text)");
        String owner = UUID.randomUUID().toString();
        lock(ring, settings, table, owner);
        try {
            int applied = 0;
            for (CqlScript script : scripts) applied += apply(ring, settings, table, script) ? 1 : 0;
            for (String keyspace : new String[] {"system_auth", settings.keyspace, "analysis"}) Keyspaces.replicate(ring, settings, keyspace);
            Roles.application(ring, settings, settings.keyspace, "analysis");
            Roles.disableDefault(ring);
            System.out.println("schema is up to date: " + applied + " of " + scripts.size() + " migrations applied now");
        } finally {
            ring.run("DELETE FROM " + table + " WHERE id = 'lock' IF checksum = ?", owner);
        }
    }

    private static void lock(Ring ring, Settings settings, String table, String owner) throws Exception {
        String insert = "INSERT INTO " + table + " (id, applied_at, checksum) VALUES ('lock', toTimestamp(now()), ?) IF NOT EXISTS USING TTL " + LOCK_SECONDS;
        boolean said = false;
        while (!ring.run(insert, owner).wasApplied()) {
            if (System.nanoTime() > settings.deadline) {
                throw new IllegalStateException("another run holds the lock (row 'lock' of " + table + "); it frees itself after " + LOCK_SECONDS + " s");
            }
            if (!said) System.out.println("waits: another run migrates, or died less than " + LOCK_SECONDS + " s ago");
            said = true;
            Thread.sleep(2000);
        }
    }

    private static boolean apply(Ring ring, Settings settings, String table, CqlScript script) {
        Row row = ring.run("SELECT checksum FROM " + table + " WHERE id = ?", script.id).one();
        if (row != null) {
            if (script.checksum.equals(row.getString("checksum"))) return false;
            throw new IllegalStateException("migration " + script.id + " was changed after it had been applied\n  given    checksum " + script.checksum
                + "\n  allowed  " + row.getString("checksum") + "\n  do       put the file back as it was, and write the change as a new migration with the next number");
        }
        for (String statement : script.statements) ring.run(statement.replace("${replication}", settings.replication()));
        ring.run("INSERT INTO " + table + " (id, applied_at, checksum) VALUES (?, toTimestamp(now()), ?)", script.id, script.checksum);
        System.out.println("applied " + script.id + " (" + script.statements.size() + " statements)");
        return true;
    }
}
