#!/bin/sh
# Brings this machine to where Fieldapp runs: system libraries, then .venv from requirements.lock.
# A second run finds nothing to do and says nothing. See docs/adr/0009-one-lock.md.
# With --for-tests also PostgreSQL, of which only the programs are used: nothing is started by it.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
venv=$root/.venv
stamp=$venv/fieldapp-setup
log=$root/build/setup.log
python=${PYTHON:-python3}

for_tests=
[ "${1:-}" != --for-tests ] || for_tests=yes

say() { printf 'set-up: %s\n' "$*"; }
die() {
    printf 'set-up stopped: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}
show_log_end() {
    grep -v '^WARNING' "$log" 2>/dev/null | tail -n 4 | cut -c 1-200 | sed 's/^/  | /' >&2 || :
}

# ------------------------------------------------------------------ the base Python

if ! command -v "$python" >/dev/null 2>&1; then
    die "there is no '$python' on this machine." \
        "Install Python 3.11 or newer (on Debian 12: apt-get install python3 python3-venv)," \
        "or name one: make PYTHON=/path/to/python3.12 ..."
fi

# ------------------------------------------------------------------ system libraries

# what must be there (a shared library, a program, a font) and the Debian 12 package that brings it
base_needs='lib libglib-2.0.so.0 libglib2.0-0
lib libGL.so.1 libgl1
lib libEGL.so.1 libegl1
lib libdbus-1.so.3 libdbus-1-3
lib libfontconfig.so.1 libfontconfig1
lib libxkbcommon.so.0 libxkbcommon0
font DejaVuSans.ttf fonts-dejavu-core
program dbus-daemon dbus
program dbus-send dbus
program gnome-keyring-daemon gnome-keyring'
screen_needs='lib libxcb-cursor.so.0 libxcb-cursor0
lib libxcb-icccm.so.4 libxcb-icccm4
lib libxcb-keysyms.so.1 libxcb-keysyms1
lib libxcb-shape.so.0 libxcb-shape0
lib libxcb-xkb.so.1 libxcb-xkb1
lib libxkbcommon-x11.so.0 libxkbcommon-x11-0'

test_needs='postgres initdb postgresql'

have() {
    case $1 in
        postgres) ls /usr/lib/postgresql/*/bin/"$2" >/dev/null 2>&1 || command -v "$2" >/dev/null 2>&1 ;;
        lib) case $libraries in *"$2"*) ;; *) return 1 ;; esac ;;
        font) [ -n "$(find /usr/share/fonts -name "$2" 2>/dev/null | head -n 1)" ] ;;
        program) command -v "$2" >/dev/null 2>&1 ;;
    esac
}

missing_packages() {
    [ "$(uname -s)" = Linux ] || return 0
    needs=$base_needs
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        needs="$needs
$screen_needs"
    fi
    if [ -n "$for_tests" ]; then
        needs="$needs
$test_needs"
    fi
    libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
    {
        printf '%s\n' "$needs" | while read -r kind name package; do
            have "$kind" "$name" || echo "$package"
        done
        case $(command -v "$python") in
            /usr/bin/*) "$python" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv ;;
        esac
    } | sort -u | tr '\n' ' '
}

as_root=
no_right() {
    die "these system packages are missing, and this account may not install them:" "$1" \
        "Ask whoever looks after this machine to run, once:" \
        "apt-get install --no-install-recommends $1"
}

find_right() {
    if [ "$(id -u)" = 0 ]; then return; fi
    command -v sudo >/dev/null 2>&1 || no_right "$1"
    if sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    elif [ -t 0 ]; then
        as_root=sudo
        say "sudo may ask for your password to install: $1"
        sudo -v || no_right "$1"
    else
        no_right "$1"
    fi
}

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=2 -o Acquire::http::Timeout=30 "$@" >>"$log" 2>&1 </dev/null 9>&-
}

# Debian's package would make a database and start it; tests bring their own, in a folder of theirs.
no_cluster=/etc/postgresql-common/createcluster.d/fieldapp-set-up.conf
install_quietly() {
    case " $1 " in
        *" postgresql "*)
            $as_root mkdir -p "${no_cluster%/*}"
            echo 'create_main_cluster = false' | $as_root tee "$no_cluster" >/dev/null
            ;;
        *) no_cluster= ;;
    esac
    # shellcheck disable=SC2086  # a list of package names
    apt install -y --no-install-recommends $1 && installed=yes || installed=
    [ -z "$no_cluster" ] || $as_root rm -f "$no_cluster"
    [ -n "$installed" ]
}

install_packages() {
    if ! command -v apt-get >/dev/null 2>&1; then
        die "these system libraries are missing, and this is not a Debian-like system:" "$1" \
            "Install what brings the same files here, then run make again."
    fi
    find_right "$1"
    say "installing system packages: $1"
    apt update || say "the package lists could not be refreshed; trying with the ones that are here"
    if ! install_quietly "$1"; then
        show_log_end
        die "the system packages could not be installed: $1" \
            "Most often the machine has no network, or its package servers cannot be reached." \
            "Everything apt-get said is in build/setup.log."
    fi
    still=$(missing_packages)
    [ -z "$still" ] || die "apt-get ended well, yet these are still missing: $still"
}

# ------------------------------------------------------------------ the environment

wanted_stamp() {
    {
        cat requirements.lock pyproject.toml packaging/setup.sh
        echo "$root"
        "$python" -c 'import sys; print(sys.version)'
    } | cksum
}

stands() {
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$venv/bin/python" -IS -c '' 2>/dev/null
}

check_python() {
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || die \
        "Fieldapp needs Python 3.11 to 3.14; '$python' is $version." \
        "Name another one: make PYTHON=/path/to/python3.12 ..."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || die \
        "'$python' cannot make virtual environments (its venv or ensurepip part is missing)." \
        "On Debian and its kin: apt-get install python3-venv"
}

# Only the lock decides what is installed: a constraint or a user setting of this machine may not.
clean_env() {
    env -u PYTHONPATH -u PYTHONHOME -u UV_CONSTRAINT -u UV_BUILD_CONSTRAINT -u UV_OVERRIDE \
        -u UV_PROJECT_ENVIRONMENT -u PIP_USER -u PIP_TARGET -u PIP_PREFIX -u PIP_REQUIREMENT \
        PIP_CONSTRAINT=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$@" \
        >>"$log" 2>&1 </dev/null 9>&-
}

make_venv() {
    if [ -e "$venv" ] && ! grep -qsF "$venv" "$venv/pyvenv.cfg"; then
        say "this environment was made elsewhere; making it anew"
        rm -rf "$venv"
    fi
    if "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
        [ "$("$venv/bin/python" -c 'import sys; print(sys.version)')" = \
            "$("$python" -c 'import sys; print(sys.version)')" ]; then
        return
    fi
    rm -rf "$venv"
    if ! clean_env "$python" -m venv "$venv"; then
        show_log_end
        die "'$python -m venv' could not make the environment in .venv." \
            "On Debian and its kin: apt-get install python3-venv. Is the disk full?"
    fi
}

# The lock names the exact release and hashes of the installer too.
install_uv() {
    "$venv/bin/uv" --version >/dev/null 2>&1 && return
    awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' requirements.lock >build/uv.txt
    clean_env "$venv/bin/python" -m pip install --require-hashes --no-deps -r build/uv.txt
}

index_of_pip() {
    "$venv/bin/python" -m pip config list 2>/dev/null |
        sed -n "s/^\(global\|install\|:env:\)\.index-url='\(.*\)'\$/\2/p" | tail -n 1
}

sync_with_uv() {
    index=$(index_of_pip)
    if [ -n "$index" ]; then
        UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
        export UV_DEFAULT_INDEX
    fi
    clean_env "$venv/bin/uv" pip sync --python "$venv/bin/python" --require-hashes requirements.lock &&
        clean_env "$venv/bin/uv" pip install --python "$venv/bin/python" --no-deps \
            --no-build-isolation --editable .
}

sync_with_pip() {
    clean_env "$venv/bin/python" -m pip install --require-hashes --no-deps -r requirements.lock &&
        clean_env "$venv/bin/python" -m pip install --no-deps --no-build-isolation --editable .
}

log_says() { grep -qiE "$1" "$log"; }
unreachable='connect|could not resolve|name resolution|timed? ?out|dns|network|sending request|from versions: none'

why_it_failed() {
    show_log_end
    if log_says 'do not match the hashes|hash mismatch'; then
        die "a downloaded package is not the one that requirements.lock names (its hash differs)." \
            "Do not go on: tell the maintainers. Everything that was said is in build/setup.log."
    elif log_says 'no space left'; then
        die "the disk is full: the environment needs about 700 MB in .venv."
    elif log_says 'certificate'; then
        die "the Python package registry shows a certificate that this machine does not trust." \
            "Behind a proxy that opens TLS: name its certificate file in PIP_CERT and SSL_CERT_FILE." \
            "Then run make again. Everything that was said is in build/setup.log."
    elif log_says "$unreachable"; then
        die "the Python package registry cannot be reached from this machine." \
            "Check the network and the proxy (HTTPS_PROXY); inside a force, set pip's index-url to" \
            "the force's own registry. Then run make again: what is done already is kept." \
            "(If the network is fine, this system may be too old: glibc 2.34 or newer is needed.)" \
            "Everything that was said is in build/setup.log."
    fi
    die "the Python packages of requirements.lock could not be installed." \
        "Everything that was said is in build/setup.log."
}

make_environment() {
    say "making the Python environment in .venv from requirements.lock"
    check_python
    make_venv
    rm -f "$stamp"
    if ! install_uv && log_says "certificate|$unreachable"; then why_it_failed; fi
    if ! sync_with_uv; then
        say "uv could not do it; trying with pip, which takes a little longer"
        sync_with_pip || why_it_failed
    fi
    printf '%s\n' "$wanted" >"$stamp"
}

# ------------------------------------------------------------------ once at a time

set_up() {
    start=$(date +%s)
    : >"$log"
    missing=$(missing_packages)
    [ -z "$missing" ] || install_packages "$missing"
    wanted=$(wanted_stamp)
    stands || make_environment
    say "ready after $(($(date +%s) - start)) s"
}

wanted=$(wanted_stamp)
if stands && [ -z "$(missing_packages)" ]; then exit 0; fi
mkdir -p build
if command -v flock >/dev/null 2>&1; then
    exec 9>build/setup.lock
    if ! flock -n 9; then
        say "another set-up of this folder is running; waiting for it"
        flock -w 1800 9 || die "the other set-up has not ended after 30 minutes."
        if stands && [ -z "$(missing_packages)" ]; then exit 0; fi
    fi
fi
set_up
