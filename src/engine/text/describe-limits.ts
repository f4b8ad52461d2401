import { parseProcessKey } from '../contract/process-key.ts';
import { formatProcess } from '../contract/status.ts';
import type { Resources } from '../spec/experiment-spec.ts';
import type { DeclaredLimits } from '../spec/resolve/declared-limits.ts';
import type { ResolvedLiveness } from '../spec/resolve/resolved-experiment.ts';
import { formatExactDuration } from './durations.ts';
import { formatCommand } from './format-command.ts';
import { formatBytes } from './quantities.ts';
import { countOf } from './sentences.ts';

/** What the spec sets for a process, in words, each with its name; without what it does not set. */
export function describeLimits({
  shell,
  preamble,
  resources,
  after,
  maxDuration,
  alive,
}: DeclaredLimits): readonly [string, string][] {
  const waits = after?.map(({ key, condition }) => `${formatProcess(parseProcessKey(key))} ${condition}`).join(', ');
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Shell', shell && formatCommand(shell)],
    ['Preamble', preamble?.join('; ')],
    ['Resources', resources && describeResources(resources)],
    ['After', waits],
    ['Max duration', maxDuration === undefined ? undefined : formatExactDuration(maxDuration)],
    ['Hangs', alive && describeLiveness(alive)],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== undefined && line[1] !== '');
}

function describeResources({ cpu, memory, gpu }: Resources): string {
  return [
    ...(cpu === undefined ? [] : [`${cpu} CPU`]),
    ...(memory === undefined ? [] : [`${formatBytes(memory)} of memory`]),
    ...(gpu === undefined ? [] : [countOf(gpu, 'GPU')]),
  ].join(', ');
}

function describeLiveness(alive: ResolvedLiveness): string {
  if (alive.kind === 'silence') return `if it writes nothing for ${formatExactDuration(alive.seconds)}`;
  const what =
    alive.kind === 'service'
      ? `service ${alive.service} does not accept connections`
      : `${formatCommand(alive.command)} fails`;
  const times = alive.failures === 1 ? '' : ` ${alive.failures} times in a row`;
  return `if ${what}${times}, checked every ${formatExactDuration(alive.every)}`;
}
