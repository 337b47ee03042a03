package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** An image's configuration (image-spec, config.md). Its digest is the image's id. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ImageConfig(
        String created,
        String author,
        String architecture,
        String variant,
        String os,
        @JsonProperty("os.version") String osVersion,
        ContainerConfig config,
        RootFs rootfs,
        List<History> history) {
    public Platform platform() {
        return new Platform(architecture, os, variant, osVersion);
    }
}
