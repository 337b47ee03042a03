package io.strata.commit.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.strata.oci.ContainerConfig;
import io.strata.oci.History;
import io.strata.oci.RootFs;
import java.util.List;

/** An image config as Docker writes it for a commit: the spec's members (image-spec, config.md) and Docker's own. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder(alphabetic = true)
record CommittedConfig(
        String architecture,
        String author,
        ContainerConfig config,
        /* the container's id */
        String container,
        @JsonProperty("container_config") ContainerConfig containerConfig,
        String created,
        List<History> history,
        String os,
        @JsonProperty("os.version") String osVersion,
        RootFs rootfs,
        String variant) {}
