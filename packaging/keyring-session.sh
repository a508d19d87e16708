#!/bin/sh
# Runs a command with a keyring of its own: a private D-Bus session and an unlocked Secret Service.
#
#   keyring-session.sh [--desktop] [--keep DIR] [--] COMMAND [ARGUMENT...]
#
#   --keep DIR   the keyring's files live in DIR and are there again next time;
#                without it they end with the command
#   --desktop    use the keyring of this desktop when it is reachable and unlocked,
#                unless DIR already holds one of ours (its keys would be missing there)
#
# What this starts ends with the command, also when either of them is killed.
set -eu

stop() {
    printf 'keyring: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

keep=
desktop=no
while [ $# -gt 0 ]; do
    case $1 in
        --keep) keep=$2; shift 2 ;;
        --desktop) desktop=yes; shift ;;
        --) shift; break ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || stop "no command was given."
unset PYTHON_KEYRING_BACKEND

# Windows and macOS have a keyring of their own that needs no session.
[ "$(uname -s)" = Linux ] || exec "$@"

desktop_keyring_is_open() {
    [ -n "${DBUS_SESSION_BUS_ADDRESS:-}" ] || [ -S "${XDG_RUNTIME_DIR:-/nowhere}/bus" ] || return 1
    timeout 5 "$(dirname -- "$0")/../.venv/bin/python" - >/dev/null 2>&1 <<'PYTHON'
import secretstorage

connection = secretstorage.dbus_init()
raise SystemExit(secretstorage.Collection(connection).is_locked())
PYTHON
}

if [ "$desktop" = yes ] && [ ! -e "${keep:-/nowhere}/keyrings" ] && desktop_keyring_is_open; then
    exec "$@"
fi

for program in dbus-daemon dbus-send gnome-keyring-daemon; do
    command -v "$program" >/dev/null 2>&1 ||
        stop "'$program' is missing here." "Run: make setup (or apt-get install dbus gnome-keyring)"
done

umask_before=$(umask)
umask 077
session=$(mktemp -d "${TMPDIR:-/tmp}/fieldapp-keyring.XXXXXX")
bus=
keyring=
child=
# shellcheck disable=SC2317  # called by the trap
clean_up() {
    status=$?
    trap - EXIT
    for daemon in $keyring $bus; do
        kill "$daemon" 2>/dev/null || :
        wait "$daemon" 2>/dev/null || :
    done
    rm -rf "$session"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

keep=${keep:-$session/keep}
mkdir -p "$keep"
keep=$(CDPATH='' cd -- "$keep" && pwd)
if [ ! -s "$keep/unlock" ]; then
    head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$keep/unlock"
fi

# setsid: Ctrl-C in the terminal is for the command; the keyring is needed until it has ended.
# setpriv: should this script be killed outright, the bus goes too, and the keyring follows its bus.
cat >"$session/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=$session/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
XML
setsid setpriv --pdeathsig TERM dbus-daemon --config-file="$session/bus.conf" --nofork --nopidfile \
    >"$session/bus.log" 2>&1 </dev/null &
bus=$!
DBUS_SESSION_BUS_ADDRESS=unix:path=$session/bus
export DBUS_SESSION_BUS_ADDRESS

ask_bus() {
    dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        "org.freedesktop.DBus.$1" ${2:+"string:$2"} 2>/dev/null
}
wait_until() {
    what=$1
    shift
    for _ in $(seq 200); do
        if "$@"; then return; fi
        kill -0 "$bus" 2>/dev/null || break
        sleep 0.05
    done
    sed 's/^/  | /' "$session/bus.log" "$session/keyring.log" >&2 2>/dev/null || :
    stop "$what did not start."
}
bus_answers() { ask_bus GetId >/dev/null; }
secrets_answer() { ask_bus NameHasOwner org.freedesktop.secrets | grep -q 'boolean true'; }

wait_until "the private D-Bus session" bus_answers

# Inside a container the file capability of the packaged program can forbid starting it at all;
# a copy has none, and does without locked memory.
cp "$(command -v gnome-keyring-daemon)" "$session/gnome-keyring-daemon"
XDG_DATA_HOME=$keep setsid "$session/gnome-keyring-daemon" --foreground --unlock --components=secrets \
    --control-directory="$session/control" <"$keep/unlock" >"$session/keyring.log" 2>&1 &
keyring=$!
wait_until "the private keyring" secrets_answer

umask "$umask_before"
exec 3<&0
# A command in the background would ignore Ctrl-C; in the foreground this script could not pass on
# a termination. So: in the background, with both put right.
signalled=no
pass_on() {
    signalled=yes
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :
}
trap 'signalled=yes' INT
trap pass_on TERM HUP
env --default-signal=INT,QUIT setpriv --pdeathsig TERM "$@" <&3 3<&- &
child=$!
[ "$signalled" = no ] || pass_on
# A signal ends the wait, not the command: wait again, until the ending is the command's own. When it
# was so already, the second wait finds no child (127), and the first word stands.
status=
while :; do
    signalled=no
    wait "$child" && now=0 || now=$?
    if [ "$now" != 127 ] || [ -z "$status" ]; then status=$now; fi
    if [ "$now" -le 128 ] || [ "$signalled" = no ]; then break; fi
done
exit "$status"
