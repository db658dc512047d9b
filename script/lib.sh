# Sourced by the scripts beside it.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${FRONTDESK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/frontdesk}

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

has_node_24() {
  [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 24 ]
}

# Node 24 first on PATH: the machine's own, or else the one that setup installed.
use_node_24() {
  has_node_24 || PATH=$root/node_modules/node/bin:$PATH
  has_node_24 || die "Node 24 is missing. Run script/setup, or install Node 24 or newer."
}
