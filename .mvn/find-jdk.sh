# Sourced by mvnw. Picks a JDK that can build this project (21 or newer), so that a machine whose default
# `java` is older needs no set-up. JAVA_HOME wins if it fits; then the default `java`; then the usual places.
# To use another one: JAVA_HOME=/path/to/jdk ./mvnw ...
#
# `mvnw` is Maven's own wrapper with one line added that sources this file. `wrapper:wrapper` writes `mvnw` anew, without that
# line: put it back (CONTRIBUTING.md). WrapperTest fails where it is missing.

relay_wanted_jdk=21
relay_root=${RELAY_JDK_ROOT-} # WrapperTest looks for JDKs under a folder of its own

# The major version of the JDK in $1, or 0 where there is none: its `release` file has JAVA_VERSION="21.0.5".
relay_jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || { echo 0; return; }
  relay_major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  echo "${relay_major:-0}"
}

relay_find_jdk() {
  if [ -n "${JAVA_HOME-}" ] && [ "$(relay_jdk_version "$JAVA_HOME")" -ge $relay_wanted_jdk ]; then return 0; fi
  relay_default=$(command -v javac || true)
  if [ -n "$relay_default" ]; then
    relay_default=$(readlink -f "$relay_default" 2>/dev/null || echo "$relay_default")
    relay_default=${relay_default%/bin/javac}
  fi
  relay_best='' relay_best_version=0
  set +f # mvnw switches globbing off
  for relay_home in "$relay_default" \
    "$relay_root"/usr/lib/jvm/* "$relay_root"/usr/java/* "$relay_root"/opt/java/* "$relay_root"/opt/jdk* \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
    "${HOME-}"/.local/share/mise/installs/java/* "${HOME-}"/.asdf/installs/java/* \
    "$relay_root"/Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$relay_root"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    relay_version=$(relay_jdk_version "$relay_home")
    if [ "$relay_version" -ge $relay_wanted_jdk ] && [ "$relay_version" -gt "$relay_best_version" ]; then
      relay_best=$relay_home relay_best_version=$relay_version
      [ "$relay_home" != "$relay_default" ] || break # the default java fits: no reason to look further
    fi
  done
  set -f
  if [ -z "$relay_best" ]; then
    echo "segment-relay needs a JDK $relay_wanted_jdk or newer, and found none: install one (for example Temurin 25), or set JAVA_HOME to it." >&2
    return 1
  fi
  JAVA_HOME=$relay_best
  export JAVA_HOME
}

relay_find_jdk || exit 1
