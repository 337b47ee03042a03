package io.strata.runtime.containers;

import java.util.Optional;

/** A container as its user asks for it. */
public record CreateRequest(Optional<String> name, Config config, HostConfig hostConfig, NetworkingConfig networking) {}
