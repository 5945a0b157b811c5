import type { HandFile } from "./units.ts";

/**
 * The hand itself: sh and curl, so that it can be read whole. It asks for errands, runs each once in this
 * boot in a session of its own, sends what comes out of it, and repeats the answer to whoever asks again. An
 * errand finds the address of its files in $RACKHAND.
 */
export const HAND_PROGRAM: HandFile = {
  path: "usr/sbin/rackhand-hand",
  mode: 0o755,
  text: String.raw`#!/bin/sh
# Asks the service what to do, does it once, and says how it went.
set -u
base=$(sed -n 's/.*rackhand\.hand=\([^ ]*\).*/\1/p' /proc/cmdline)
if [ -z "$base" ]; then
  echo "hand: nobody to ask: the command line has no rackhand.hand="
  exit 0
fi
work=/run/rackhand
mkdir -p $work/errands

# ask METHOD WORD OPTION...: the status; what was answered lies in $work/answer, its headers in $work/headers
ask() {
  method=$1 word=$2
  shift 2
  curl --silent --noproxy '*' --connect-timeout 10 --max-time 60 --request "$method" "$@" \
    --output $work/answer --dump-header $work/headers --write-out '%{http_code}' "$base$word"
}

header() {
  sed -n "s/^$1: *\([a-zA-Z0-9-]*\).*/\1/Ip" $work/headers
}

hello() {
  {
    echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
    echo "kernel=Linux $(uname -r)"
    echo "image=$(cat /etc/rackhand-image)"
  } >$work/hello
  status=$(ask POST hello --data-binary @$work/hello)
}

begin() {
  mkdir "$dir" 2>/dev/null || return 0
  echo "hand: errand $id"
  mv $work/answer "$dir/script"
  : >"$dir/output"
  RACKHAND=$base setsid sh -c '
    echo $$ >"$1/session"
    timeout --kill-after=10 "$2" sh "$1/script" >"$1/output" 2>&1 </dev/null
    echo $? >"$1/code.new"
    mv "$1/code.new" "$1/code"' sh "$dir" "$within" &
}

# Sends what the errand wrote since; without news a word all the same, so that nobody takes us for lost.
send() {
  size=$(stat -c %s "$dir/output")
  if [ "$size" -eq "$sent" ]; then
    quiet=$((quiet + 1))
    [ "$quiet" -lt 20 ] && return 0
  elif [ $((size - sent)) -gt 65536 ]; then
    sent=$((size - 65536))
  fi
  quiet=0
  tail -c +$((sent + 1)) "$dir/output" | head -c 65536 >$work/piece
  status=$(ask POST "said/$id" --data-binary @$work/piece)
  [ "$status" = 200 ] || return 0
  cat $work/piece
  sent=$((sent + $(stat -c %s $work/piece)))
}

errand() {
  id=$(header X-Errand) within=$(header X-Within)
  dir=$work/errands/$id sent=0 quiet=0
  begin
  until [ -e "$dir/code" ]; do
    send
    [ "$status" = 410 ] && return 0
    sleep 0.5
  done
  send
  tail -c 65536 "$dir/output" >$work/piece
  status=$(ask POST "done/$id" --header "X-Exit: $(cat "$dir/code")" --data-binary @$work/piece)
}

# Another plan was armed: nothing goes on, and the door that a rescue opened is shut.
over() {
  for session in $work/errands/*/session; do
    [ -e "$session" ] && kill -KILL -- "-$(cat "$session")" 2>/dev/null
  done
  systemctl stop rackhand-door.service
  rm -f /root/.ssh/authorized_keys
  for session in $(pgrep -f '^sshd(-session)?:'); do kill "$session"; done
  echo "hand: another boot plan was armed; this hand is done"
  exit 0
}

pause=1 told=
while :; do
  hello
  while [ "$status" = 200 ] || [ "$status" = 204 ]; do
    pause=1 told=
    status=$(ask GET errand)
    [ "$status" = 200 ] && errand
  done
  [ "$status" = 410 ] && over
  [ "$status" = "$told" ] || echo "hand: the service answers with status $status; trying on"
  told=$status
  sleep $pause
  pause=$((pause * 2))
  [ $pause -le 30 ] || pause=30
done
`,
};
