# shellcheck shell=bash
# Where the demo and the tests take real images from: Docker Hub when it answers, else images made from Debian's packages.

images_cache=${XDG_CACHE_HOME:-$HOME/.cache}/strata/images

hub_answers() { [ "$(curl -s -m 4 -o /dev/null -w '%{http_code}' https://registry-1.docker.io/v2/)" = 401 ]; }

# Builds the images once and keeps them in the user's cache.
build_images() {
    [ -e "$images_cache/complete-v2" ] && return
    is_root || fail "making images from Debian's packages needs root (or a network that reaches Docker Hub)"
    packages_for "the images" debootstrap:debootstrap umoci:umoci skopeo:skopeo docker-registry:docker-registry busybox:busybox-static \
        || fail "the images cannot be made without these packages"
    line images "made from Debian's packages, once (about 4 minutes), kept in $images_cache"
    "$STRATA_ROOT/deploy/images/build-images" "$images_cache" || fail "the images could not be made"
}

# An upstream for docker.io on loopback; its address is in upstream_url. The process ends with end_upstream.
start_upstream() {
    packages_for "the upstream registry" docker-registry:docker-registry || fail "no docker-registry"
    . "$STRATA_ROOT/deploy/images/serve-images"
    local at
    at=$(free_port)
    serve_images "$1" "$at" "$2" || fail "the upstream registry did not start"
    upstream_url=http://127.0.0.1:$at
}
