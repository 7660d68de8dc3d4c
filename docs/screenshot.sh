#!/usr/bin/env bash
# Takes docs/report.png: the first screen of a real report, as a browser shows it.
# Use: docs/screenshot.sh [REPORT.html], by default the newest report of the home.
set -euo pipefail
cd "$(dirname "$0")/.."
page=${1:-$(.venv/bin/perf-pipeline report)}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
    --user-data-dir="$profile" --window-size=1280,900 --screenshot=docs/report.png \
    "file://$(realpath "$page")" 2> "$profile/log" || { cat "$profile/log" >&2; exit 1; }
echo docs/report.png
