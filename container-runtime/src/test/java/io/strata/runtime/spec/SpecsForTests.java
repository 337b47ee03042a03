package io.strata.runtime.spec;

import io.strata.runtime.process.ProcessConfig;

/** Reaches the package's own constructor. */
public final class SpecsForTests {
    private SpecsForTests() {}

    public static RuntimeSpecs of(ProcessConfig config) {
        return new ConfigJson(config);
    }
}
