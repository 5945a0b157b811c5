/**
 * The shell functions of every change to a host. They need root, GNU coreutils and a sh. A line `MARK WORD REST`
 * on stdout is told to us. What is kept of path N stands in the directory of the change: N.path, and N.file
 * (content and all), N.tree (a directory's rights: empty files with them) or N.none (with N.makes, the directory
 * that was not there either); N.after or N.gone is how the change left it.
 */
export const FIX_LIBRARY = `LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; export LC_ALL PATH
unset LANGUAGE ENV BASH_ENV CDPATH
umask 022
PLACE=/var/lib/rackhand/undo; D=$PLACE/$ID; LOCK=/run/rackhand.lock; made=; begun=; settled=; locked=
say() { w=$1; shift; printf '\\n%s %s %s\\n' "$MARK" "$w" "$(printf %s "$*" | tr '\\n' ' ' | head -c 2000)"; }
refuse() { say refused "$*"; exit 3; }
fail() { say failed "$*"; return 1; }
tidied() { printf %s "$1" | tr '\\n' ' '; }
able() {
  [ "$(id -u)" = 0 ] || refuse "only root can change this, and sudo does not let us"
  for t in cp mv rm cmp stat mktemp base64 find sync head tail tr; do
    command -v $t >/dev/null || refuse "$t is missing there"
  done
  cp --help 2>/dev/null | grep -q attributes-only || refuse "its cp is not that of GNU coreutils"
}
lock() {
  if ! e=$(mkdir -m 700 $LOCK 2>&1); then
    [ -d $LOCK ] || refuse "it cannot be locked: $e"
    if [ "$(cat $LOCK/token 2>/dev/null)" != "$TOKEN" ]; then
      say locked "$(( $(date +%s) - $(stat -c %Y $LOCK) ))" "$(head -c 300 $LOCK/owner 2>/dev/null)"; exit 4
    fi
  fi
  locked=1
  { printf %s "$OWNER" >$LOCK/owner && printf %s "$TOKEN" >$LOCK/token; } 2>/dev/null || refuse "/run has no room"
}
unlock() { [ -z "$locked" ] || rm -rf $LOCK; }
state() { { printf %s "$1" >"$D/state.new" && mv -f "$D/state.new" "$D/state"; } 2>/dev/null; }
unbased() { printf %s "$1" | base64 -d; }
pathof() { p=$(cat "$D/$1.path"; echo x); p=\${p%x}; }
plain() { # PATH: neither it nor what it is in is a link; its directory may be missing, that one's not
  case $1 in /*/|*/../*|*/./*|*//*) return 1 ;; /*) ;; *) return 1 ;; esac
  dir=\${1%/*}; dir=\${dir:-/}
  [ -e "$dir" ] || [ -L "$dir" ] || { dir=\${dir%/*}; dir=\${dir:-/}; }
  [ "$(cd -P -- "$dir" 2>/dev/null && pwd -P)" = "$dir" ] && [ ! -L "$1" ]
}
keep() { # N PATH, as it is now
  plain "$2" || refuse "$2 is behind a link, or in no directory"
  printf %s "$2" >"$D/$1.path" || return 1
  if [ -f "$2" ]; then cp -a -- "$2" "$D/$1.file"
  elif [ -d "$2" ]; then cp -RP --attributes-only --preserve=mode,ownership -- "$2" "$D/$1.tree"
  elif [ -e "$2" ]; then refuse "$2 is neither a file nor a directory"
  else : >"$D/$1.none"; [ -d "\${2%/*}/" ] || printf %s "\${2%/*}" >"$D/$1.makes"; fi
}
kept() { # WORDS of \`keep\`, which failed in a subshell of its own: what it refused is handed on
  case $1 in *"$MARK refused "*) refuse "\${1##*"$MARK refused "}" ;; esac
  refuse "nothing can be kept for the way back: $1"
}
placed() { # PATH FILE: the file in its place, at once and whole
  sync -- "$2" && mv -fT -- "$2" "$1" && sync -- "\${1%/*}/" && return 0
  rm -f -- "$2"; return 1
}
beside() { # PATH: an empty file next to it, with no rights of the directory's
  t=$(mktemp -- "\${1%/*}/.rackhand-XXXXXX" 2>&1) || { e=$t; t=; return 1; }
  ! command -v setfacl >/dev/null || setfacl -b -- "$t" 2>/dev/null || :
}
write() { # PATH FROM TO MODE; in base64, - is no file
  plain "$1" || { fail "$1 is behind a link now"; return 1; }
  if [ "$2" = - ]; then [ ! -e "$1" ] || { fail "$1 is there now"; return 1; }
  else unbased "$2" | cmp -s - "$1" || { fail "$1 is not as it was shown any more"; return 1; }; fi
  if [ "$3" = - ]; then e=$(rm -f -- "$1" 2>&1 && sync -- "\${1%/*}/" 2>&1) || fail "$1: $e"; return; fi
  [ -d "\${1%/*}/" ] || e=$(mkdir -- "\${1%/*}" 2>&1) || { fail "$1: $e"; return 1; }
  beside "$1" || { fail "$1: $e"; return 1; }
  if [ "$2" = - ]; then chmod "$4" "$t"; else cp -a -- "$1" "$t"; fi &&
    { unbased "$3" >"$t"; } 2>/dev/null && [ "$(unbased "$3" | wc -c)" = "$(stat -c %s "$t")" ] && placed "$1" "$t" ||
    { rm -f -- "$t"; fail "$1 could not be written: $(df -P -- "\${1%/*}/" | tail -n 1)"; }
}
run() { # NN COMMAND UNDO
  [ -z "$3" ] || printf %s "$3" >"$D/$1.undo" || return 1
  ordered "$2" || fail "\\\`$2\\\` ended with $s: $e"
}
ordered() { # COMMAND: s its status, e the end of what it said
  e=$( { timeout -k 2 30 sh -c "$1" </dev/null 2>&1; printf '\\n%s' "$?"; } | tail -c 1000)
  s=\${e##*
}; e=$(tidied "\${e%
*}"); [ "$s" = 0 ]
}
like() { # FILE PATH: the same in content, owner, mode and ACL
  [ -f "$2" ] && [ ! -L "$2" ] && cmp -s -- "$1" "$2" && [ "$(rights "$1")" = "$(rights "$2")" ]
}
rights() { stat -c '%u %g %a' -- "$1"; if command -v getfacl >/dev/null; then getfacl -cnp -- "$1" 2>/dev/null
  else ls -ld -- "$1" | cut -c 11; fi; }
left() { # N: how the change left it
  pathof $1; [ ! -d "$D/$1.tree" ] || return 0
  if [ -f "$p" ] && [ ! -L "$p" ]; then cp -a -- "$p" "$D/$1.after"; else : >"$D/$1.gone"; fi
}
numbers() { for f in "$D"/*.path; do [ ! -e "$f" ] || { f=\${f##*/}; echo "\${f%.path}"; }; done; }
before() { # N: whether it is as it was before
  pathof $1
  if [ -e "$D/$1.none" ]; then [ ! -e "$p" ] && [ ! -L "$p" ]
  elif [ -f "$D/$1.file" ]; then like "$D/$1.file" "$p"
  else return 1; fi
}
unchanged() { # N: nobody has touched it since
  if [ -d "$D/$1.tree" ] || before $1; then return 0; fi
  if [ -f "$D/$1.after" ]; then like "$D/$1.after" "$p"
  elif [ -e "$D/$1.gone" ]; then [ ! -e "$p" ] && [ ! -L "$p" ]
  else return 1; fi
}
based() { if [ -f "$1" ] && [ ! -L "$1" ]; then head -c 262144 "$1" | base64 | tr -d '\\n'; else printf -- -; fi; }
restore() {
  bad=
  for n in $(numbers); do
    before $n || { e=; back $n; } || bad="$bad $p could not be restored ($e);"
    [ ! -e "$D/$n.makes" ] || rmdir -- "$(cat "$D/$n.makes")" 2>/dev/null || : # another's file may be in it since
  done
  for f in $(ls -r "$D" | grep '\\.undo$'); do
    ordered "$(cat "$D/$f")" || bad="$bad \\\`$(cat "$D/$f")\\\` ended with $s: $e;"
  done
  [ -z "$bad" ]
}
back() { # N, after \`before\`, which has set p
  if [ -d "$D/$1.tree" ]; then plain "$p" && tree "$D/$1.tree" "$p"; return; fi
  plain "$p" || { [ -L "$p" ] && [ ! -L "\${p%/*}" ]; } || { e="it is behind a link now"; return 1; }
  if [ -e "$D/$1.none" ]; then
    if [ -d "$p" ] && [ ! -L "$p" ]; then e=$(rmdir -- "$p" 2>&1); else e=$(rm -f -- "$p" 2>&1); fi; return
  fi
  beside "$p" && e=$(cp -a -- "$D/$1.file" "$t" 2>&1) && placed "$p" "$t" || { rm -f -- "$t"; return 1; }
}
unlisted() { # lremovexattr(2) by number: Debian has perl-base everywhere, and setfacl not; -1 is none
  case $(uname -m) in
    x86_64) echo 198 ;; aarch64|riscv64) echo 15 ;; i?86|armv*) echo 236 ;; ppc64*) echo 219 ;;
    s390x) echo 234 ;; *) echo -1 ;;
  esac
}
tree() { # KEPT DIRECTORY: rights go back to what is still there, deepest first
  rm -rf "$D/work"; cp -a -- "$1" "$D/work" || { e="no room for a copy"; return 1; }
  e=$(cd "$D/work" && n=$(unlisted) && export n && find . -depth -exec sh -c 'to=$1; shift
  for f; do q=$to; [ "$f" = . ] || q=$to/\${f#./}
    as() { if command -v setfacl >/dev/null; then setfacl -b -- "$q"; else
        perl -e "syscall(\\$ARGV[0], \\$ARGV[1], qq(system.posix_acl_\\$_)) for qw(access default)" $n "$q"; fi 2>/dev/null
      cp -RPT --attributes-only --preserve=mode,ownership -- "$f" "$q" || echo "$q"
      m=$(stat -c %a -- "$f"); [ "$m" = "$(stat -c %a -- "$q")" ] || chmod "000$m" -- "$q" # five digits end setgid too
      case $(ls -ld -- "$f" | cut -c 11)$(ls -ld -- "$q" | cut -c 11) in
        .+|" +"|+) echo "the ACL of $q stays: install acl and try again" ;; esac; }
    if [ -L "$q" ]; then [ ! -L "$f" ] || chown -h "$(stat -c %u:%g -- "$f")" -- "$q"; elif [ -f "$f" ] && [ -f "$q" ]; then as
    elif [ -d "$f" ] && [ -d "$q" ]; then as; fi 2>&1
    if [ "$f" = . ]; then :; elif [ -d "$f" ] && [ ! -L "$f" ]; then rmdir -- "$f"; else rm -f -- "$f"; fi
  done' sh "$2" {} + | head -c 500)
  rm -rf "$D/work"; [ -z "$e" ]
}
ended() { # whatever ended it, the host is as before, or as it shall be
  s=$?; trap - EXIT HUP INT TERM
  [ -z "$settled" ] || exit 0
  if [ -n "$begun" ]; then if restore; then state undone; say undone; else say broken "$bad"; fi
  elif [ -n "$made" ]; then rm -rf "$D"; fi
  unlock; exit $s
}`;
