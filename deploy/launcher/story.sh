# shellcheck shell=bash
# The steps of the story. told COMMAND prints it as it is typed, runs it, and keeps its output in $output and its status in $status.

told() {
    printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"
    status=0
    output=$(eval "$*" 2>&1) || status=$?
    [ -z "$output" ] || printf '%s\n' "$output"
}

see() { printf '%s  → %s%s\n' "$green" "$*" "$plain"; }

chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# as_told WHAT TEST…: the step is as it should be, or the story ends here.
as_told() {
    local what=$1
    shift
    "$@" || {
        printf '%s  ✗ %s%s\n' "$red" "$what" "$plain"
        exit 1
    }
    see "$what"
}

worked() { [ "$status" = 0 ]; }
says() { worked && grep -qE -- "$1" <<<"$output"; }
says_not() { worked && ! grep -qE -- "$1" <<<"$output"; }
is() { [ "$1" = "$2" ]; }
differs() { [ "$1" != "$2" ]; }
less() { [ "$1" -lt "$2" ]; }

# http PORT PATH: the status of the page, when the server answers (up to 40 s: a JVM starts).
http() {
    local code
    for _ in $(seq 160); do
        code=$(curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$1$2") && [ "$code" != 000 ] && { echo "$code"; return; }
        sleep 0.25
    done
    echo "no answer"
}

web_port() {
    local at=$1
    while port_taken "$at"; do at=$((at + 1)); done
    echo "$at"
}

tell_the_story() {
    local web second third before after base

    chapter "1. An image is a stack of layers"
    told docker pull redis
    as_told "each layer comes on a line of its own, all at once" says 'Pull complete'
    told docker pull tomcat
    as_told "the layer that redis brought is there already: layers are shared" says 'Already exists'
    told docker pull tomcat
    as_told "and a second pull fetches nothing" says 'Image is up to date'
    told docker images
    as_told "two images; SIZE counts the shared layer in both" says '^tomcat +latest'
    told "docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' tomcat"
    as_told "an image's layers by content: the base first" says 'sha256:'
    base=$(head -n 1 <<<"$output")
    told "docker image inspect --format '{{index .RootFS.Layers 0}}' redis"
    as_told "redis stands on the very same base" is "$output" "$base"
    told docker history tomcat
    as_told "how the image was made, the newest step first" says 'CREATED BY'

    chapter "2. A container is a thin writable layer on top"
    web=$(web_port 8080)
    told docker run -d --name web -p "$web:8080" tomcat
    as_told "the container runs" says '^[0-9a-f]{64}$'
    told "curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:$web/   # once the JVM is up: $(http "$web" /)"
    as_told "404: the image's webapps folder is empty" is "$output" 404
    told docker diff web
    told "printf 'cp -r webapps.dist/* webapps/\nls webapps\nexit\n' | script -qec 'docker exec -it web /bin/bash' /dev/null | tr -d '\r'"
    as_told "a shell in the container copied the pages into webapps" says 'ROOT'
    told "curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:$web/   # once Tomcat has seen them: $(until_status "$web" / 200)"
    as_told "200: the pages are there, in this container's writable layer" is "$output" 200
    told "docker diff web | grep -m 5 webapps"
    as_told "the writable layer holds just what changed" says '^A /usr/local/tomcat/webapps/ROOT'
    told docker ps -s
    as_told "SIZE is the writable layer; virtual is all that the container sees" says 'virtual'

    chapter "3. Copy-on-write: what one container changes, no other sees"
    second=$(web_port $((web + 1)))
    told docker run -d --name other -p "$second:8080" tomcat
    told "docker exec web sh -c 'echo only here >> /etc/motd'"
    told "docker exec other grep -c 'only here' /etc/motd"
    as_told "the other container's /etc/motd is the image's" is "$(tail -n 1 <<<"$output")" 0
    told "curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:$second/   # once the JVM is up: $(http "$second" /)"
    as_told "and it still answers 404" is "$output" 404

    chapter "4. Commit: the writable layer becomes a layer of a new image"
    told 'docker commit -a cb -m "add init file" web newtomcat:1.0'
    as_told "the new image's id" says '^sha256:[0-9a-f]{64}$'
    told "docker images | grep -E 'REPOSITORY|tomcat'"
    as_told "newtomcat is a little larger than tomcat" less "$(image_size tomcat)" "$(image_size newtomcat:1.0)"
    told docker history newtomcat:1.0
    as_told "one more layer, with its comment" says 'add init file'
    third=$(web_port $((second + 1)))
    told docker run -d --name fresh -p "$third:8080" newtomcat:1.0
    told "curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:$third/   # once the JVM is up: $(http "$third" /)"
    as_told "200 at once: the pages are in the image now" is "$output" 200
    told docker run --rm tomcat ls -A /usr/local/tomcat/webapps
    as_told "the parent image is as it was: webapps is empty" is "$output" ""

    chapter "5. Different distributions, one kernel"
    told "for image in debian:12 debian:13 busybox; do docker run --rm \$image sh -c '. /etc/os-release; echo \"\$PRETTY_NAME on \$(uname -r)\"'; done"
    as_told "each its own user land, all on this machine's kernel" is "$(sed -n 's/.* on \([0-9]\)/\1/p' <<<"$output" | sort -u)" "$(uname -r)"

    chapter "6. Twenty containers, one copy"
    before=$(bytes_on_disk)
    told "for i in \$(seq 20); do docker run -d --name share\$i redis; done | wc -l"
    as_told "twenty containers of redis run" is "$output" 20
    after=$(bytes_on_disk)
    told "echo 'on disk before: $((before >> 20)) MiB, with twenty more containers: $((after >> 20)) MiB'"
    as_told "the layers are there once, whoever uses them" less $((after - before)) $((64 << 20))
    told "docker rm -f \$(seq -f share%g 20) | wc -l"

    chapter "7. Share it with others"
    . "$STRATA_ROOT/deploy/images/serve-images"
    local friend
    friend=$(free_port)
    packages_for "the other registry" docker-registry:docker-registry skopeo:skopeo || exit 1
    mkdir -p "$STRATA_HOME/friend"
    serve_images "$STRATA_HOME/friend" "$friend" "$STRATA_HOME/log/friend.log" || exit 1
    friend_pid=$registry_pid
    told docker tag newtomcat:1.0 "127.0.0.1:$friend/newtomcat:1.0"
    told docker push "127.0.0.1:$friend/newtomcat:1.0"
    as_told "another registry has it" says 'digest: sha256:'
    told "skopeo inspect --tls-verify=false --format '{{.Digest}}' docker://127.0.0.1:$friend/newtomcat:1.0"
    local there=$output
    told "skopeo inspect --tls-verify=false --format '{{.Digest}}' docker://127.0.0.1:$(port 0)/library/newtomcat:1.0"
    as_told "and with no push at all, any OCI client reads the same digest from Strata itself" is "$output" "$there"

    chapter "8. Every step was an event"
    told "docker events --since $STORY_BEGAN --until \$((\$(date +%s) + 1)) --format '{{.Type}} {{.Action}}' | sort | uniq -c | sort -rn"
    as_told "containers and images, as Docker tells them; automation hears the same as CloudEvents on Kafka" says 'container start'
    tell_events
    as_told "what the four services said to each other" says 'ContainerCommitted'

    chapter "9. What is there now, and who shares what"
    told_picture
    as_told "one base layer carries them all" says 'tomcat'
    told "docker rm -f web other fresh"
}

# until_status PORT PATH STATUS: waits up to 40 s, as Tomcat looks for new applications each 10 s.
until_status() {
    local code=
    for _ in $(seq 160); do
        code=$(curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$1$2") || true
        [ "$code" = "$3" ] && break
        sleep 0.25
    done
    echo "$code"
}

image_size() { docker image inspect --format '{{.Size}}' "$1"; }

bytes_on_disk() { du -sx -B1 "$STRATA_HOME"/node-* 2>/dev/null | awk '{sum += $1} END {print sum}'; }

story_program() {
    "$JAVA_HOME/bin/java" -Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$STRATA_ROOT/deploy/local/target/classes:$STRATA_ROOT/deploy/local/target/lib/*" "$@"
}

tell_events() {
    printf '\n%s# the topics of Kafka, strata.layers, strata.images, strata.containers, strata.commits:%s\n' "$dim" "$plain"
    status=0
    output=$(story_program io.strata.local.EventList --kafka "127.0.0.1:$(port 4)") || status=$?
    printf '%s\n' "$output" | tail -n 25
}

told_picture() {
    status=0
    output=$(story_program io.strata.local.Picture --layer-store "http://127.0.0.1:$(port 1)" --registry-gateway "http://127.0.0.1:$(port 0)" \
        --container-runtime "http://127.0.0.1:$(port 2)") || status=$?
    printf '%s\n' "$output"
}

STORY_BEGAN=$(date +%s)
