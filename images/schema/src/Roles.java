import com.datastax.driver.core.Row;
import com.datastax.driver.core.exceptions.AuthenticationException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** Who may do what: `admin` in place of the well-known default superuser, and the application's role. */
final class Roles {
    static final String ADMIN = "admin";
    private static final String DEFAULT = "cassandra";

    /** Connected as admin; makes that role on a new ring. */
    static Ring asAdmin(Settings settings, Set<String> addresses) {
        try {
            return Ring.connect(settings, addresses, ADMIN, settings.adminPassword);
        } catch (AuthenticationException noSuchRoleYet) {
            try (Ring ring = Ring.connect(settings, addresses, DEFAULT, DEFAULT)) {
                // First more replicas, then the roles: what is written now is written to all of them.
                Keyspaces.replicate(ring, settings, "system_auth");
                ring.run("CREATE ROLE IF NOT EXISTS " + ADMIN + " WITH SUPERUSER = true AND LOGIN = true AND PASSWORD = " + text(settings.adminPassword));
                System.out.println("made the role " + ADMIN);
            }
            return Ring.connect(settings, addresses, ADMIN, settings.adminPassword);
        }
    }

    /** Nobody signs in with the password that every manual names. */
    static void disableDefault(Ring ring) {
        Row row = ring.run("SELECT can_login, is_superuser FROM system_auth.roles WHERE role = ?", DEFAULT).one();
        if (row != null && !row.getBool("can_login") && !row.getBool("is_superuser")) return;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        ring.run("CREATE ROLE IF NOT EXISTS " + DEFAULT);
        ring.run("ALTER ROLE " + DEFAULT + " WITH SUPERUSER = false AND LOGIN = false AND PASSWORD = " + text(Base64.getEncoder().encodeToString(random)));
        System.out.println("disabled the default superuser");
    }

    /** The application may read and write rows, and change no schema. */
    static void application(Ring ring, Settings settings, String... keyspaces) {
        String role = '"' + settings.user.replace("\"", "\"\"") + '"';
        ring.run("CREATE ROLE IF NOT EXISTS " + role);
        ring.run("ALTER ROLE " + role + " WITH SUPERUSER = false AND LOGIN = true AND PASSWORD = " + text(settings.password));
        for (String keyspace : keyspaces) {
            ring.run("GRANT SELECT ON KEYSPACE " + keyspace + " TO " + role);
            ring.run("GRANT MODIFY ON KEYSPACE " + keyspace + " TO " + role);
        }
    }

    private static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
