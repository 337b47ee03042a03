package io.strata.runtime.engine;

import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.process.ProcessConfig;
import io.strata.runtime.process.Programs;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the Docker endpoint listens and the programs that hold containers are there. */
@Readiness
@ApplicationScoped
public class EndpointHealth implements HealthCheck {
    private final EngineEndpoint endpoint;
    private final NodeConfig node;
    private final ProcessConfig process;

    EndpointHealth(EngineEndpoint endpoint, NodeConfig node, ProcessConfig process) {
        this.endpoint = endpoint;
        this.node = node;
        this.process = process;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("docker endpoint")
                .withData("node", node.name())
                .withData("socket", node.socket().toString());
        boolean supervised = true;
        for (String program : new String[] {process.runtime(), process.conmon()}) {
            if (Programs.find(program).isEmpty()) {
                supervised = false;
                answer.withData("missing", program);
            }
        }
        return answer.status(endpoint.listening() && supervised).build();
    }
}
