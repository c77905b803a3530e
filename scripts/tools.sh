# shellcheck shell=bash
# Finds and installs the tools that xbarflow needs. Sourced by ./xbarflow and ./verify.
#
# XBARFLOW_NO_INSTALL=1  install nothing: print the command and exit 3 when something is missing.

readonly XBARFLOW_JAVA_PACKAGE=openjdk-17-jdk-headless
readonly XBARFLOW_JAVA_LEAST=17

# Prints the major version of the JDK in folder $1; fails when there is no JDK with a compiler.
jdk_version() {
  local home=$1 version=
  [[ -x $home/bin/java && -x $home/bin/javac ]] || return 1
  if [[ -r $home/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  fi
  if [[ -z $version ]]; then
    version=$("$home/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  fi
  [[ -n $version ]] && echo "$version"
}

# Sets and exports JAVA_HOME to a JDK that is new enough: JAVA_HOME itself, the PATH's, or an
# installed one. Fails when there is none.
find_java() {
  local candidate version on_path
  on_path=$(command -v javac) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/javac}
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/*; do
    [[ -n $candidate ]] || continue
    version=$(jdk_version "$candidate") || continue
    if ((version >= XBARFLOW_JAVA_LEAST)); then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

# Installs the Debian packages $@, or says how and exits 3.
install_packages() {
  local -a as_root=()
  local reason= install_log sudo=
  if [[ ${XBARFLOW_NO_INSTALL:-} == 1 ]]; then
    reason="XBARFLOW_NO_INSTALL is set"
  elif ! command -v apt-get >/dev/null; then
    reason="there is no apt-get here"
  elif ((EUID != 0)); then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      reason="you are not root and sudo asks for a password"
    fi
  fi
  if [[ -z $reason ]]; then
    echo "xbarflow: installing $* (apt-get, this takes a minute or two) ..." >&2
    install_log=$(mktemp)
    if {
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
          apt-get -q install -y --no-install-recommends "$@"
    } >"$install_log" 2>&1 </dev/null; then
      rm -f "$install_log"
      hash -r
      return 0
    fi
    tail -n 20 "$install_log" >&2
    rm -f "$install_log"
    reason="the installation failed"
  fi
  ((EUID == 0)) || sudo="sudo "
  {
    echo "error: missing: $* ($reason). Install with:"
    echo "  ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends $*"
  } >&2
  exit 3
}

# Standard cells that are no command but a file.
readonly XBARFLOW_OSU018=/usr/share/qflow/tech/osu018/osu018_stdcells.lib

# Whether command $1, or the cell library osu018, is there.
have_tool() {
  case $1 in
    osu018) [[ -r $XBARFLOW_OSU018 ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# Prints the Debian package that brings $1.
package_of() {
  case $1 in
    sta) echo opensta ;;
    osu018) echo qflow-tech-osu018 ;;
    *) echo "$1" ;;
  esac
}

# Makes sure that a JDK and the commands $@ (and osu018) exist.
require_tools() {
  local tool
  local -a missing=()
  find_java || missing+=("$XBARFLOW_JAVA_PACKAGE")
  for tool in "$@"; do
    have_tool "$tool" || missing+=("$(package_of "$tool")")
  done
  ((${#missing[@]} == 0)) && return 0
  install_packages "${missing[@]}"
  if ! find_java; then
    echo "error: no JDK $XBARFLOW_JAVA_LEAST or later after the installation. Set JAVA_HOME." >&2
    exit 3
  fi
}
