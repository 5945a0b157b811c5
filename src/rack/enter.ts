/**
 * Passes signals on to the program inside and ends as it ends. nsenter(1) cannot: to enter a pid namespace
 * it forks, and a SIGTERM for it would leave the program behind. Children are found by their parent in
 * /proc/PID/stat (proc(5)): /proc/PID/task/TID/children is not in every kernel.
 */
const USHER = `use strict;
my $nsenter = fork;
die "fork: $!\\n" unless defined $nsenter;
if ($nsenter == 0) { exec @ARGV or die "exec $ARGV[0]: $!\\n" }
for my $signal (qw(TERM INT HUP)) {
  $SIG{$signal} = sub {
    my @inside;
    for my $path (glob "/proc/[0-9]*/stat") {
      open my $file, "<", $path or next;
      my ($pid, $parent) = (<$file> // "") =~ /^(\\d+) \\(.*\\) \\S (\\d+)/s or next;
      push @inside, $pid if $parent == $nsenter;
    }
    kill $signal, @inside ? @inside : $nsenter;
  };
}
1 while waitpid($nsenter, 0) == -1 && $!{EINTR};
my $ended = $?;
exit($ended >> 8) unless $ended & 127;
$SIG{TERM} = $SIG{INT} = $SIG{HUP} = "DEFAULT";
kill $ended & 127, $$;
`;

/** Program and arguments that run argv inside a rack: process 1 of its namespaces is the child of `outer`. */
export function enter(outer: number, argv: readonly string[]): [string, string[]] {
  const root = process.getuid?.() === 0;
  const user = root ? [] : ["--user", "--preserve-credentials"];
  const spaces = ["--net", "--mount", `--pid=/proc/${outer}/ns/pid_for_children`];
  const nsenter = ["nsenter", "--target", `${outer}`, ...user, ...spaces, "--"];
  // each hears of the end of the one before it; the program as SIGTERM, to close what it has open
  const heir = (signal: "KILL" | "TERM") => ["--pdeathsig", signal];
  const usher = [...heir("TERM"), "perl", "-MErrno", "-e", USHER, "--"];
  return ["setpriv", [...usher, "setpriv", ...heir("KILL"), ...nsenter, "setpriv", ...heir("TERM"), ...argv]];
}
