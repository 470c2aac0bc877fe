import com.datastax.driver.core.Cluster;
import com.datastax.driver.core.ConsistencyLevel;
import com.datastax.driver.core.Host;
import com.datastax.driver.core.QueryOptions;
import com.datastax.driver.core.ResultSet;
import com.datastax.driver.core.Session;
import com.datastax.driver.core.SocketOptions;
import com.datastax.driver.core.policies.DCAwareRoundRobinPolicy;
import java.util.Set;

/** One connection to the ring as one role. Statements run at LOCAL_QUORUM, and a change of the schema waits until all nodes agree. */
final class Ring implements AutoCloseable {
    private final Cluster cluster;
    final Session session;

    private Ring(Cluster cluster, Session session) {
        this.cluster = cluster;
        this.session = session;
    }

    static Ring connect(Settings settings, Set<String> addresses, String role, String password) {
        Cluster cluster = Cluster.builder()
            .addContactPoints(addresses.toArray(new String[0]))
            .withCredentials(role, password)
            .withLoadBalancingPolicy(DCAwareRoundRobinPolicy.builder().withLocalDc(settings.datacenter).build())
            .withQueryOptions(new QueryOptions().setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM).setSerialConsistencyLevel(ConsistencyLevel.SERIAL))
            .withSocketOptions(new SocketOptions().setReadTimeoutMillis(30_000).setConnectTimeoutMillis(10_000))
            .withMaxSchemaAgreementWaitSeconds(60)
            .withoutMetrics()
            .withoutJMXReporting()
            .build();
        try {
            return new Ring(cluster, cluster.connect());
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    long nodesUp() {
        return cluster.getMetadata().getAllHosts().stream().filter(Host::isUp).count();
    }

    ResultSet run(String statement, Object... values) {
        ResultSet result = values.length == 0 ? session.execute(statement) : session.execute(statement, values);
        if (!result.getExecutionInfo().isSchemaInAgreement()) {
            throw new IllegalStateException("the nodes don't agree on the schema after 60 s: " + CqlScript.firstLine(statement));
        }
        return result;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
