import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { bootId } from '../../../engine/files/process-identity.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';

export interface MachineIdentity {
  /** Constant for one machine; a short hash that reveals nothing about it. */
  readonly machine: string;
  /** Differs after each start of the machine. */
  readonly boot: string;
  readonly host: string;
}

let known: MachineIdentity | undefined;

/**
 * Identifies this machine by machine-id(5) and the host name, because cloned machines and containers may share the id.
 * `SYMPHONY_MACHINE_ID` and `SYMPHONY_BOOT_ID` override the system's values where those are not useful.
 */
export function machineIdentity(): MachineIdentity {
  known ??= readIdentity();
  return known;
}

function readIdentity(): MachineIdentity {
  const host = hostname();
  const id =
    process.env.SYMPHONY_MACHINE_ID ?? `${readFirst(['/etc/machine-id', '/var/lib/dbus/machine-id']) ?? ''} ${host}`;
  const machine = shortHash(id).slice(0, 12);
  const boot = bootId() || bootTime();
  return { machine, boot, host };
}

function readFirst(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    try {
      const text = readFileSync(path, 'utf8').trim();
      if (text !== '') return text;
    } catch {
      // The next path may exist.
    }
  }
  return undefined;
}

/** macOS has no boot id, but reports its boot time. */
function bootTime(): string {
  try {
    return execFileSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
