/**
 * The script that wraps a command in a container. `mark` identifies all processes that it starts, so that they can be
 * ended from outside. With `framed`, stdin consists of frames of a length and that many bytes, for protocols that
 * cannot signal the end of input: a feeder unpacks the frames and ends at the empty one.
 */
export function execScript(command: readonly string[], { mark, framed }: { mark: string; framed: boolean }): string[] {
  return ['/bin/sh', '-c', framed ? `${setMark}${feed}` : `${setMark}exec "$@"`, mark, ...command];
}

/** The script that ends all processes with that mark. */
export function endMarked(mark: string): string[] {
  return ['/bin/sh', '-c', endScript, mark];
}

export const markVariable = 'SYMPH_EXEC';

const setMark = `${markVariable}=$0; export ${markVariable}; `;

// The command reads from a named pipe, which is removed once both ends are open. If none can be created, it reads from
// an unnamed pipe and then runs until its input ends.
const feed = `
feed() {
  while IFS= read -r n && [ "$n" -gt 0 ]; do dd bs="$n" count=1 iflag=fullblock 2>/dev/null || break; done
}
for d in /dev/shm /tmp "\${TMPDIR:-/var/tmp}" .; do
  p="$d/.$0"
  if mkfifo -m 600 "$p" 2>/dev/null; then
    exec 3<&0
    { exec >"$p"; rm -f "$p"; feed; } <&3 2>/dev/null &
    exec "$@" <"$p" 3<&-
  fi
done
feed | "$@"
`;

const endScript = `
for s in TERM KILL; do
  found=
  for p in /proc/[0-9]*; do
    if tr '\\000' '\\n' <"$p/environ" 2>/dev/null | grep -qx "${markVariable}=$0"; then
      kill -$s "\${p#/proc/}" 2>/dev/null && found=1
    fi
  done
  [ -n "$found" ] || exit 0
  [ $s = KILL ] || sleep 1
done
`;

/** The size of the largest frame, in bytes. The feeder starts a process for each frame, so small ones are slow. */
export const maxFrameBytes = 512 * 1024;

/** Builds one frame; an empty one ends the input. */
export function frame(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]);
}
