#!/bin/sh
# Fetches the code of others that the project ships, by `npm pack`, and checks that it is what it was when chosen.
# To take another version: change version and digest (npm view NAME@VERSION dist.integrity), run, look at the page.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tests=$here/../../../../tests/report/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() {  # name, version, digest (sha512, base64)
    (cd "$work" && npm pack --silent "$1@$2" >/dev/null)
    found=$(openssl dgst -sha512 -binary "$work/$1-$2.tgz" | openssl base64 -A)
    [ "$found" = "$3" ] || { echo "$1 $2 is not what it was: $found" >&2; exit 1; }
    tar -xzf "$work/$1-$2.tgz" -C "$work"
}

fetch echarts 6.1.0 q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA==
cp "$work/package/dist/echarts.min.js" "$here/echarts.min.js"
cp "$work/package/LICENSE" "$here/echarts.LICENSE"
cp "$work/package/licenses/LICENSE-d3" "$here/echarts.LICENSE-d3"
cp "$work/package/NOTICE" "$here/echarts.NOTICE"
rm -rf "$work/package"

fetch axe-core 4.14.1 FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==
cp "$work/package/axe.min.js" "$work/package/LICENSE" "$tests/"
