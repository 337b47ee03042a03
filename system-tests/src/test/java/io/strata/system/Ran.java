package io.strata.system;

/** How a command ended, and what it wrote. */
public record Ran(int exit, String out, String err) {
    public String all() {
        return out + err;
    }
}
