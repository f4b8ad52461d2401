#!/bin/sh
# The keeper of one run of a process. It stands outside the process's own group, waits for its end, and writes how it
# ended, so that nobody else has to be alive for that to be known.
#
#   keeper.sh file LAUNCH RUN LOG            output goes to LOG, the process gets a session of its own
#   keeper.sh terminal LAUNCH RUN LOG        the process is the foreground job of this terminal, all of whose output
#                                            somebody copies to LOG
#   keeper.sh pane LAUNCH RUN LOG FROM [quick]
#                                            the same with output to LOG, which this terminal shows from its byte FROM
#                                            on, and without input; quick if tail(1) here knows how often to look and
#                                            whom to follow
#
# LAUNCH is the launch file; RUN is what the run's files begin with: RUN.pid and RUN.exit. Where there is a terminal, the
# keeper itself ends as the process did, because what shows the terminal may show that.
mode=$1
launch=$2
run=$3
log=$4
from=$5
quick=$6
umask 077

# A terminal that is closed ends what runs in it: the system tells the leader of its session and, once that has ended,
# the job in its foreground. So the leader must be somebody who ends of it, and not the keeper.
if [ "$mode" != file ] && [ -z "$symphony_leader" ]; then
  env -i "PATH=$PATH" ${TERM:+"TERM=$TERM"} symphony_leader=$$ /bin/sh "$0" "$@"
  exit
fi
unset symphony_leader

# Signals meant for the process must not end its keeper. A trap, because an ignored signal would be ignored by the
# process too.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

# A job that was stopped has not ended. Stopped from its terminal, nobody else could continue it; stopped by a signal
# that asks nobody, somebody wants it so.
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

# Written beside and renamed, so that the file is whole from the moment it is there. A full disk is waited for; a folder
# that is gone means that nobody wants to know any more.
write_exit() {
  until printf '%s\n' "$status" 2>/dev/null >"$run.exit.new" && mv -f "$run.exit.new" "$run.exit" 2>/dev/null; do
    [ -d "${run%/*}" ] || exit 0
    sleep 1
  done
}

# Whoever learns of the end must find the log whole: it is when this mark, which nobody sees, has come to it after all
# the rest. Not waited for where the terminal is gone, and not for ever.
await_log() {
  mark=$(printf '\033]5353;symphony-end;%s\007' "${run##*/}")
  # Output that somebody stopped with ctrl-s goes on.
  stty sane -ixon && printf '%s' "$mark" || return 0
  looks=0
  until tail -c 4096 "$log" | grep -qF "$mark" || [ "$looks" -ge 100 ]; do
    looks=$((looks + 1))
    sleep .05
  done
} 2>/dev/null

# Ends the showing of the log once all of it has been shown; where a flood is far from that, shows its end instead.
end_viewer() {
  looks=0
  until read -r _ position <"/proc/$viewer/fdinfo/0" && [ "$position" -ge "$(wc -c <"$log")" ]; do
    looks=$((looks + 1))
    if [ "$looks" -ge 20 ]; then
      kill -- "-$viewer"
      [ -z "$position" ] || { printf '\n[… passed over: symphony logs has all …]\n' && tail -n 100 <"$log"; }
      return
    fi
    sleep .1
  done
  kill -- "-$viewer"
} 2>/dev/null

# A shell ends of an error when it cannot take back a terminal that is gone. It still knows how its job ended, and can
# start something in the background.
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

# Each in a subshell: this one's own word on a command that was killed ("Terminated") must not get into the log.
case $mode in
file)
  # Not in the background: a shell without job control starts background commands with SIGINT and SIGQUIT ignored.
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
  # What the shell has to say of a stopped job is nobody's business.
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
  # It is told of no terminal that it does not have.
  unset TERM
  status=
  trap end_job EXIT
  set -m
  : >>"$log"
  # From its standard input, because for a named file it would take one of the few watches a user may have.
  tail ${quick:+-s .25 "--pid=$$"} -c "+$from" -f <"$log" &
  viewer=$!
  (exec /bin/sh "$launch" run "$run" </dev/null >>"$log" 2>&1)
  status=$?
  continue_stopped_job
  ;;
esac
