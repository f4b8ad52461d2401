#!/bin/sh
# The keeper of one run of a process. It stands outside the process's own group, waits for its end, and writes how it
# ended, so that nobody else has to be alive for that to be known.
#
#   keeper.sh file LAUNCH RUN LOG       output goes to LOG, the process gets a session of its own
#   keeper.sh terminal LAUNCH RUN       the process is the foreground job of this terminal
#   keeper.sh pane LAUNCH RUN           the same, without reading from the terminal
#
# LAUNCH is the launch file; RUN is what the run's files begin with: RUN.pid and RUN.exit.
launch=$2
run=$3
umask 077

# Signals meant for the process must not end its keeper. A trap, because an ignored signal would be ignored by the
# process too.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

if [ "$1" = file ]; then
  # Not in the background: a shell without job control starts background commands with SIGINT and SIGQUIT ignored.
  # In a subshell: this one's own word on a command that was killed ("Terminated") must not get into the log.
  if command -v setsid >/dev/null 2>&1; then
    (exec setsid /bin/sh "$launch" run "$run" </dev/null >>"$4" 2>&1)
  else
    set -m
    (exec /bin/sh "$launch" run "$run" </dev/null >>"$4" 2>&1)
  fi
  status=$?
else
  set -m
  if [ "$1" = pane ]; then
    env -i "PATH=$PATH" ${TERM:+"TERM=$TERM"} /bin/sh "$launch" run "$run" </dev/null
  else
    env -i "PATH=$PATH" ${TERM:+"TERM=$TERM"} /bin/sh "$launch" run "$run"
  fi
  status=$?
  # A job that was stopped from its terminal has not ended, and nobody else could continue it.
  while read -r pid rest 2>/dev/null <"$run.pid" && kill -0 "$pid" 2>/dev/null; do
    fg >/dev/null 2>&1 || break
    status=$?
  done
fi

# Written beside and renamed, so that the file is whole from the moment it is there. A full disk is waited for; a folder
# that is gone means that nobody wants to know any more.
until printf '%s\n' "$status" 2>/dev/null >"$run.exit.new" && mv -f "$run.exit.new" "$run.exit" 2>/dev/null; do
  [ -d "${run%/*}" ] || exit 0
  sleep 1
done
