import type { PlanNote } from '../contract/plan.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { formatPath, type SpecPath } from '../spec/problem.ts';
import { declaredProcesses } from '../spec/resolve/expand-spec.ts';
import { inheritFields } from '../spec/resolve/inherit-fields.ts';
import { defaults } from '../spec/resolve/resolve-experiment.ts';
import { bashAdvice, findBashWords, isPlainShell } from './bash-words.ts';

/** Warns of each command of a spec that not every `/bin/sh` can run, with its place. */
export function shellNotes(spec: ExperimentSpec): readonly PlanNote[] {
  const notes = new Map<string, PlanNote>();
  for (const declared of declaredProcesses(spec)) {
    const { shell = defaults.shell } = inheritFields(declared, spec);
    if (!isPlainShell(shell)) continue;
    const { spec: own, group, path } = declared;
    const scripts: readonly (readonly [SpecPath, readonly string[] | undefined])[] = [
      [['preamble'], spec.preamble],
      [['groups', group?.name ?? '', 'preamble'], group?.spec.preamble],
      [[...path, 'preamble'], own.preamble],
    ];
    const places = scripts.flatMap(([at, commands]) =>
      (commands ?? []).map((command, index) => [[...at, index] as SpecPath, command] as const),
    );
    if (typeof own.command === 'string') places.push([[...path, 'command'], own.command]);
    for (const [at, script] of places) {
      const [word] = findBashWords(script);
      if (word === undefined) continue;
      const message = isDash(shell)
        ? `${shell[0]} does not know ${word.word}`
        : `${shell[0]} is dash on Debian and Ubuntu, and does not know ${word.word} there`;
      notes.set(formatPath(at), {
        verdict: 'warning',
        path: formatPath(at),
        message,
        hint: capitalized(bashAdvice(word)),
      });
    }
  }
  return [...notes.values()];
}

function isDash([program = '']: readonly string[]): boolean {
  return program.endsWith('dash');
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
