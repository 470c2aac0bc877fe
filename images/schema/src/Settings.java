import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.TreeSet;

/** What the environment says, and where Cassandra is, from Consul. */
final class Settings {
    final String datacenter = get("CASSANDRA_DATACENTER", "dc1");
    final String keyspace = get("CASSANDRA_KEYSPACE", "posts");
    final int replicationFactor = Integer.parseInt(get("CASSANDRA_REPLICATION_FACTOR", "3"));
    final String adminPassword = required("CASSANDRA_ADMIN_PASSWORD", "the Nomad variable shoal/cassandra, admin_password");
    final String user = required("CASSANDRA_USER", "the Nomad variable shoal/posts, username");
    final String password = required("CASSANDRA_PASSWORD", "the Nomad variable shoal/posts, password");
    final String migrations = get("SCHEMA_DIRECTORY", "/opt/schema/migrations");
    final long deadline = System.nanoTime() + Duration.ofSeconds(Long.parseLong(get("SCHEMA_TIMEOUT_SECONDS", "900"))).toNanos();
    private final String service = get("CASSANDRA_SERVICE", "cassandra");
    private final String consul = required("CONSUL_HTTP_ADDR", "the address of this node's Consul agent");
    private final String consulToken = get("CONSUL_HTTP_TOKEN", "");
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** Addresses of the healthy Cassandra nodes. */
    TreeSet<String> healthyNodes() throws Exception {
        String base = consul.startsWith("http") ? consul : "http://" + consul;
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/v1/health/service/" + service + "?passing"))
            .timeout(Duration.ofSeconds(10)).header("X-Consul-Token", consulToken).build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IllegalStateException("Consul answered " + response.statusCode() + ": " + response.body());
        TreeSet<String> addresses = new TreeSet<>();
        for (JsonNode entry : new ObjectMapper().readTree(response.body())) {
            String address = entry.path("Service").path("Address").asText();
            addresses.add(address.isEmpty() ? entry.path("Node").path("Address").asText() : address);
        }
        return addresses;
    }

    String replication() {
        return "{'class': 'NetworkTopologyStrategy', '" + datacenter + "': " + replicationFactor + "}";
    }

    private static String get(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    private static String required(String name, String meaning) {
        String value = get(name, null);
        if (value == null) throw new IllegalArgumentException(name + " is not set\n  given    nothing\n  allowed  " + meaning + "\n  do       set it in the task's env or template");
        return value;
    }
}
