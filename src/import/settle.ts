import { SymphonyError } from '../engine/contract/errors.ts';
import { examineSpec } from '../engine/spec/parse-spec.ts';
import type { Problem, SpecPath } from '../engine/spec/problem.ts';
import { formatPath } from '../engine/spec/problem.ts';
import type { Draft } from './draft.ts';

const maxRounds = 100;

/**
 * Takes out of a draft what Symphony refuses, and notes each with the reason, until the rest is a valid declaration.
 * @param baseDir the folder of the declaration
 * @throws SymphonyError `invalid-spec` if nothing is left
 */
export function settle(draft: Draft, baseDir: string): void {
  for (let round = 0; round < maxRounds; round += 1) {
    const { problems } = examineSpec(draft.data, { baseDir });
    if (problems.length === 0) return;
    for (const problem of problems) takeOut(draft, problem);
  }
  throw nothingLeft(draft);
}

function takeOut(draft: Draft, { path, message }: Problem): void {
  const victim = removable(path);
  const owner = victim
    .slice(0, -1)
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], draft.data);
  const last = victim.at(-1);
  if (last === undefined) throw nothingLeft(draft);
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, last)) {
    // Its process or group went with an earlier problem.
    if (path.length === 0) throw nothingLeft(draft);
    return;
  }
  if (victim.length === 1 && last === 'name') draft.data.name = 'imported';
  else if (Array.isArray(owner)) owner.splice(Number(last), 1);
  else delete (owner as Record<string, unknown>)[last];
  const text = `Not carried over: ${formatPath(victim)}. Symphony refuses it: it ${message}`;
  draft.notes.push({ path: victim, text: /[.?!]$/.test(text) ? text : `${text}.`, isLost: true });
}

/**
 * The smallest part of the declaration at a path that can be left out: an entry of a map of names, else a field; a process
 * without a command, and a group without processes.
 */
function removable(path: SpecPath): SpecPath {
  const start = path[0] === 'processes' ? 2 : path[0] === 'groups' ? (path[2] === 'processes' ? 4 : 2) : 0;
  const field = path[start];
  if (field === undefined || field === 'command') return path.slice(0, start);
  const hasEntries = ['env', 'after', 'bind', 'expose', 'connect', 'files', 'secrets', 'preamble', 'endsWith'].includes(
    String(field),
  );
  return path.slice(0, start + (hasEntries && path.length > start + 1 ? 2 : 1));
}

function nothingLeft({ leftOut, notes }: Draft): SymphonyError {
  const disabled = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  const lost = notes.find(({ isLost }) => isLost)?.text;
  const why = disabled !== '' ? `It is switched off: ${disabled}.` : lost;
  return new SymphonyError('invalid-spec', ['Nothing is left to launch.', why].filter(Boolean).join(' '));
}
