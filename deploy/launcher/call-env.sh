# shellcheck shell=bash

call_env() {
    [ $# = 0 ] || fail "env takes no words"
    printf 'export DOCKER_HOST=%q\n' "unix://$STRATA_HOME/engine.sock"
    printf 'export STRATA_REGISTRY_GATEWAY_URL=http://127.0.0.1:%s\n' "$(port 0)"
    printf 'export STRATA_LAYER_STORE_URL=http://127.0.0.1:%s\n' "$(port 1)"
    printf 'export STRATA_CONTAINER_RUNTIME_URL=http://127.0.0.1:%s\n' "$(port 2)"
    printf 'export STRATA_COMMIT_SERVICE_URL=http://127.0.0.1:%s\n' "$(port 3)"
    printf 'export STRATA_KAFKA=127.0.0.1:%s\n' "$(port 4)"
    if [ -x "$STRATA_HOME/bin/docker" ]; then
        printf 'export PATH=%q:"$PATH"\n' "$STRATA_HOME/bin"
    fi
}
