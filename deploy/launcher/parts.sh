# shellcheck shell=bash
# What runs: the embedded parts and the services, with their ports and settings. docs/architecture.md has the table.

port() { echo $((STRATA_PORT_BASE + $1)); }
node_port() { echo $((STRATA_PORT_BASE + 2 + 10 * ($1 - 1))); }

# Small heaps, as nothing carries a blob in memory. STRATA_JAVA_OPTIONS is added at the end and wins.
java_command() {
    local heap=$1
    shift
    printf '%s\0' "$JAVA_HOME/bin/java" "-Xmx$heap" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError \
        -XX:-UsePerfData -Xshare:auto --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    # shellcheck disable=SC2086
    [ -z "${STRATA_JAVA_OPTIONS:-}" ] || printf '%s\0' $STRATA_JAVA_OPTIONS
    printf '%s\0' "$@"
}

service_environment() {
    export STRATA_KAFKA=127.0.0.1:$(port 4)
    export STRATA_DATABASE_URL=jdbc:postgresql://127.0.0.1:$(port 5)/strata
    export STRATA_DATABASE_USER=postgres
    export STRATA_REGISTRY_GATEWAY_URL=http://127.0.0.1:$(port 0)
    export STRATA_LAYER_STORE_URL=http://127.0.0.1:$(port 1)
    export STRATA_CONTAINER_RUNTIME_URL=http://127.0.0.1:$(port 2)
    export STRATA_COMMIT_SERVICE_URL=http://127.0.0.1:$(port 3)
    export STRATA_SPOOL=$STRATA_HOME/spool
    # The embedded parts know one password, made for this home when it is made.
    local secrets=$STRATA_HOME/secrets
    if [ ! -e "$secrets" ]; then
        (umask 077 && printf 'STRATA_DATABASE_PASSWORD=%s\nAWS_SECRET_ACCESS_KEY=%s\n' "$(random_hex)" "$(random_hex)" >"$secrets")
    fi
    STRATA_DATABASE_PASSWORD=$(sed -n 's/^STRATA_DATABASE_PASSWORD=//p' "$secrets")
    export STRATA_DATABASE_PASSWORD
    case ${STRATA_STORE:-s3proxy} in
        s3proxy | minio)
            export STRATA_S3_ENDPOINT=http://127.0.0.1:$(port 6) STRATA_S3_BUCKET=strata STRATA_S3_REGION=us-east-1
            AWS_ACCESS_KEY_ID=strata
            AWS_SECRET_ACCESS_KEY=$(sed -n 's/^AWS_SECRET_ACCESS_KEY=//p' "$secrets")
            export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
            ;;
        http://* | https://*)
            export STRATA_S3_ENDPOINT=$STRATA_STORE STRATA_S3_BUCKET=${STRATA_S3_BUCKET:-strata}
            [ -n "${AWS_ACCESS_KEY_ID:-}" ] && [ -n "${AWS_SECRET_ACCESS_KEY:-}" ] \
                || fail "STRATA_STORE is an S3 address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY too"
            ;;
        *) fail "STRATA_STORE=$STRATA_STORE is not s3proxy, minio or an http(s) address" ;;
    esac
}

random_hex() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# embedded NAME HEAP FOLDER MAIN ARGUMENTS…: a program of deploy/ with its class path.
embedded() {
    local name=$1 number=$2 heap=$3 folder=$4 health=$5
    shift 5
    local command
    mapfile -d '' command < <(java_command "$heap" -cp "$folder/target/classes:$folder/target/lib/*" "$@")
    start_process "$name" "$(port "$number")" "$health" "${command[@]}"
}

start_kafka_and_postgres() {
    embedded parts 4 160m "$STRATA_ROOT/deploy/local" "file:$STRATA_HOME/parts/ready" \
        -XX:TieredStopAtLevel=1 io.strata.local.Parts --home "$STRATA_HOME/parts" --kafka-port "$(port 4)" --kafka-controller-port "$(port 7)" --postgres-port "$(port 5)"
}

start_store() {
    case ${STRATA_STORE:-s3proxy} in
        s3proxy)
            embedded s3 6 96m "$STRATA_ROOT/deploy/local-s3" "file:$STRATA_HOME/s3/ready" \
                io.strata.local.s3.S3Server --home "$STRATA_HOME/s3" --port "$(port 6)"
            ;;
        minio)
            MINIO_ROOT_USER=$AWS_ACCESS_KEY_ID MINIO_ROOT_PASSWORD=$AWS_SECRET_ACCESS_KEY MINIO_BROWSER=off MINIO_UPDATE=off \
                start_process s3 "$(port 6)" "$STRATA_S3_ENDPOINT/minio/health/ready" \
                "$(minio_program)" server "$STRATA_HOME/minio" --address "127.0.0.1:$(port 6)" --quiet
            ;;
    esac
}

# MinIO on the PATH, or built once into the user's cache from its Go module (about 5 minutes on two cores).
minio_program() {
    local built=${XDG_CACHE_HOME:-$HOME/.cache}/strata/bin/minio
    if command -v minio; then return; fi
    if [ ! -x "$built" ]; then
        command -v go >/dev/null || fail "STRATA_STORE=minio: no minio on the PATH, and no Go to build it with: install one of them"
        line minio "building MinIO from its Go module, once (about 5 minutes)" >&2
        mkdir -p "$(dirname "$built")"
        GOBIN=$(dirname "$built") go install "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c" >&2 || fail "MinIO could not be built"
    fi
    echo "$built"
}

# service NAME PROCESS PORT HEAP: a Quarkus service; its log is rotated by itself.
service() {
    local folder=$1 name=$2 at=$3 heap=$4 command
    mapfile -d '' command < <(java_command "$heap" \
        -Dquarkus.log.file.enabled=true -Dquarkus.log.file.path="$STRATA_HOME/log/$name.log" \
        -Dquarkus.log.file.rotation.max-file-size=10M -Dquarkus.log.file.rotation.max-backup-index=3 -Dquarkus.log.console.level=ERROR \
        -jar "$STRATA_ROOT/$folder/target/quarkus-app/quarkus-run.jar")
    STRATA_HTTP_PORT=$at start_process "$name" "$at" "http://127.0.0.1:$at/q/health/ready" "${command[@]}"
}

node_name() { if [ "$1" = 1 ]; then echo container-runtime; else echo "container-runtime-$1"; fi; }

start_node() {
    local k=$1
    mkdir -p "$STRATA_HOME/node-$k"
    STRATA_NODE=node-$k STRATA_NODE_HOME=$STRATA_HOME/node-$k service container-runtime "$(node_name "$k")" "$(node_port "$k")" 192m
    [ "$k" != 1 ] || ln -sfn node-1/engine.sock "$STRATA_HOME/engine.sock"
}

# Ports that must be free before anything is started, with who wants them.
check_ports() {
    local nodes=$1 pair k
    local wanted=("registry-gateway:$(port 0)" "layer-store:$(port 1)" "commit-service:$(port 3)" "Kafka:$(port 4)" "PostgreSQL:$(port 5)" "Kafka's controller:$(port 7)")
    case ${STRATA_STORE:-s3proxy} in s3proxy | minio) wanted+=("S3:$(port 6)") ;; esac
    for k in $(seq "$nodes"); do wanted+=("container-runtime:$(node_port "$k")"); done
    for pair in "${wanted[@]}"; do
        ! port_taken "${pair##*:}" || fail "port ${pair##*:}, which ${pair%:*} needs, is taken: end what listens there, or set STRATA_PORT_BASE (now $STRATA_PORT_BASE)"
    done
}
