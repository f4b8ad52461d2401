#!/bin/sh
# The keeper of one run of a process. It runs outside the process's own group, waits for the process to end and writes
# its exit status, so that the status is recorded even if no other part of Symphony is running.
#
#   keeper.sh file LAUNCH RUN LOG            output goes to LOG; the process gets a session of its own
#   keeper.sh terminal LAUNCH RUN LOG        the process is the foreground job of this terminal; the owner of the
#                                            terminal copies its output to LOG
#   keeper.sh pane LAUNCH RUN LOG FROM [quick]
#                                            the process is the foreground job of this terminal, without input; output
#                                            goes to LOG, which this terminal shows from byte FROM on;
#                                            "quick" if tail(1) supports -s and --pid
#
# LAUNCH is the launch file; RUN is the common prefix of the run's files, RUN.pid and RUN.exit. With a terminal, the
# keeper exits with the status of the process, because the program that shows the terminal may display it.
mode=$1
launch=$2
run=$3
log=$4
from=$5
quick=$6
umask 077

# When a terminal closes, the system sends SIGHUP to the leader of its session and, once the leader has ended, to the
# foreground job. So the session leader must be a shell that SIGHUP ends; the keeper itself ignores it.
if [ "$mode" != file ] && [ -z "$symphony_leader" ]; then
  env -i "PATH=$PATH" ${TERM:+"TERM=$TERM"} symphony_leader=$$ /bin/sh "$0" "$@"
  exit
fi
unset symphony_leader

# Signals meant for the process must not end its keeper. They are trapped because the process would inherit ignored
# signals.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

# A stopped job has not ended. A job stopped from its terminal is continued, because no other shell could do so. A job
# stopped by SIGSTOP stays stopped until it is continued, because that signal was sent on purpose.
continue_stopped_job() {
  while read -r pid rest <"$run.pid" && kill -0 "$pid"; do
    while [ "$(kill -l "$status")" = STOP ]; do
      case $(ps -o state= -p "$pid") in T*) sleep 1 ;; *) break ;; esac
    done
    status=
    fg
    status=$?
  done >/dev/null 2>&1
}

# Writes a temporary file and renames it, so that the exit file is never incomplete. Retries while the disk is full;
# gives up if the folder was removed, because then the status is no longer needed.
write_exit() {
  until printf '%s\n' "$status" 2>/dev/null >"$run.exit.new" && mv -f "$run.exit.new" "$run.exit" 2>/dev/null; do
    [ -d "${run%/*}" ] || exit 0
    sleep 1
  done
}

# The log must be complete before the exit status is published. Writes an invisible mark to the terminal after all other
# output, and waits until it has reached the log. Does not wait if the terminal is closed; gives up after some time.
await_log() {
  mark=$(printf '\033]5353;symphony-end;%s\007' "${run##*/}")
  # Resumes output that a viewer paused with ctrl-s.
  stty sane -ixon && printf '%s' "$mark" || return 0
  looks=0
  until tail -c 4096 "$log" | grep -qF "$mark" || [ "$looks" -ge 100 ]; do
    looks=$((looks + 1))
    sleep .05
  done
} 2>/dev/null

# Ends the viewer once it has shown the whole log. If it is too far behind, shows the last lines of the log instead.
end_viewer() {
  looks=0
  until read -r _ position <"/proc/$viewer/fdinfo/0" && [ "$position" -ge "$(wc -c <"$log")" ]; do
    looks=$((looks + 1))
    if [ "$looks" -ge 20 ]; then
      kill -- "-$viewer"
      [ -z "$position" ] || { printf '\n[… skipped: symphony logs shows everything …]\n' && tail -n 100 <"$log"; }
      return
    fi
    sleep .1
  done
  kill -- "-$viewer"
} 2>/dev/null

# A shell exits with an error when it cannot regain a closed terminal. In the exit trap it can still wait for its job
# and start a background command.
end_job() {
  trap - EXIT
  if [ -z "$status" ]; then
    read -r pid rest <"$run.pid" || exit
    wait "$pid"
    status=$?
    { write_exit && kill -- "-$viewer"; } &
    exit
  fi
  [ "$mode" = pane ] || await_log
  write_exit
  [ "$mode" != pane ] || end_viewer
  exit "$status"
} 2>/dev/null

# Each command runs in a subshell, because the message of this shell about a killed command ("Terminated") must not get
# into the log.
case $mode in
file)
  # In the foreground: a shell without job control starts background commands with SIGINT and SIGQUIT ignored.
  if command -v setsid >/dev/null 2>&1; then
    (exec setsid /bin/sh "$launch" run "$run" </dev/null >>"$log" 2>&1)
  else
    set -m
    (exec /bin/sh "$launch" run "$run" </dev/null >>"$log" 2>&1)
  fi
  status=$?
  write_exit
  ;;
terminal)
  # Hides the messages of this shell about stopped jobs.
  exec 3>&2 2>/dev/null
  status=
  trap end_job EXIT
  set -m
  (exec /bin/sh "$launch" run "$run" 2>&3 3>&-)
  status=$?
  continue_stopped_job
  ;;
pane)
  exec 2>/dev/null
  # The process has no terminal of its own, so TERM must not name one.
  unset TERM
  status=
  trap end_job EXIT
  set -m
  : >>"$log"
  # tail reads standard input, because for a named file it would use one of the limited file watches of the user.
  tail ${quick:+-s .25 "--pid=$$"} -c "+$from" -f <"$log" &
  viewer=$!
  (exec /bin/sh "$launch" run "$run" </dev/null >>"$log" 2>&1)
  status=$?
  continue_stopped_job
  ;;
esac
