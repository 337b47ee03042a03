package io.strata.gateway.upstream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An {@link UpstreamRegistry} without the framework. */
public record TestUpstreams(
        Optional<String> registries, Optional<List<String>> allow, Duration answerTimeout, Duration stallTimeout)
        implements UpstreamConfig {
    public static TestUpstreams patient() {
        return new TestUpstreams(Optional.empty(), Optional.empty(), Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    public static TestUpstreams impatient() {
        Duration moment = Duration.ofMillis(300);
        return new TestUpstreams(Optional.empty(), Optional.empty(), moment, moment);
    }

    public TestUpstreams allowing(String host) {
        return new TestUpstreams(registries, Optional.of(List.of(host)), answerTimeout, stallTimeout);
    }

    @Override
    public Duration connectTimeout() {
        return answerTimeout;
    }

    @Override
    public String search() {
        return "http://127.0.0.1:1";
    }

    public UpstreamRegistry registry() {
        AddressRules rules = new AddressRules(this);
        return new DistributionRegistry(new RegistryEndpoints(this), new RegistryCalls(this, rules), rules, this);
    }
}
