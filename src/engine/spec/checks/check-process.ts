import { isAbsolute, normalize } from 'node:path';
import { suggestionClause } from '../../text/suggestion.ts';
import { maxArgumentBytes } from '../argument-limit.ts';
import type { ExperimentSpec, ProcessGroupSpec, ProcessSpec, RestartPolicy, SharedFields } from '../experiment-spec.ts';
import { compilePattern } from '../pattern.ts';
import type { Problem, SpecPath } from '../problem.ts';
import type { DeclaredProcess } from '../resolve/expand-spec.ts';
import { inheritFields } from '../resolve/inherit-fields.ts';
import { checkShell } from './check-shell.ts';

/** The problems inside one process. */
export function checkProcess(declared: DeclaredProcess, experiment: ExperimentSpec): Problem[] {
  const { spec, group, path } = declared;
  const { preamble, restart } = inheritFields(declared, experiment);
  return [
    ...checkShared(spec, path),
    ...checkCommand(spec.command, [...path, 'command'], preamble),
    ...checkRestart({ ...spec, restart }, path),
    ...checkReadiness(spec, [...path, 'ready']),
    ...checkLiveness(spec, [...path, 'alive']),
    ...checkSecretNames(spec.secrets, [...(experiment.secrets ?? []), ...(group?.spec.secrets ?? [])], path),
  ];
}

/** The problems in the fields that a group sets for its processes. */
export function checkGroup(spec: ProcessGroupSpec, path: SpecPath, experiment: ExperimentSpec): Problem[] {
  return [
    ...checkShared(spec, path),
    ...checkRestart(spec, path),
    ...checkSecretNames(spec.secrets, experiment.secrets ?? [], path),
  ];
}

/** The problems in the fields that an experiment and a group may set for all their processes. */
export function checkShared(spec: SharedFields, path: SpecPath): Problem[] {
  return [
    ...Object.entries(spec.env ?? {}).flatMap(([name, value]) => checkVariable(name, value, [...path, 'env', name])),
    ...(spec.files ?? []).flatMap((file, index) => checkFile(file, [...path, 'files', index])),
    ...(spec.shell === undefined ? [] : checkShell(spec.shell, [...path, 'shell'])),
  ];
}

function checkVariable(name: string, value: NonNullable<ProcessSpec['env']>[string], path: SpecPath): Problem[] {
  if (name.startsWith('SYMPH_')) return [{ path, message: 'is set by Symphony itself; use another name' }];
  if (typeof value === 'string') {
    // NAME=value and its terminating byte.
    const bytes = Buffer.byteLength(name) + 1 + Buffer.byteLength(value) + 1;
    return bytes > maxArgumentBytes ? [{ path, message: tooLarge('a variable', bytes) }] : [];
  }
  const sources = ['fromEnv', 'fromFile'].filter((source) => source in value);
  return sources.length === 1 ? [] : [{ path, message: 'a secret has fromEnv or fromFile, one of them' }];
}

function checkFile(file: string, path: SpecPath): Problem[] {
  const normal = normalize(file);
  const leaves = isAbsolute(file) || file.startsWith('~') || normal === '..' || normal.startsWith('../');
  return leaves ? [{ path, message: `is ${JSON.stringify(file)}; it must be a path inside startDir` }] : [];
}

function checkCommand(command: ProcessSpec['command'], path: SpecPath, preamble: readonly string[]): Problem[] {
  if (typeof command === 'string') {
    const bytes = Buffer.byteLength([...preamble, command].join('\n')) + 1;
    return bytes > maxArgumentBytes ? [{ path, message: tooLarge('a command line with its preamble', bytes) }] : [];
  }
  const blank: Problem[] =
    command[0]?.trim() === '' ? [{ path: [...path, 0], message: 'is blank; it must be the program to run' }] : [];
  return command.reduce((problems, word, index) => {
    const bytes = Buffer.byteLength(word) + 1;
    if (bytes > maxArgumentBytes) problems.push({ path: [...path, index], message: tooLarge('an argument', bytes) });
    return problems;
  }, blank);
}

function checkRestart(
  { restart, maxRestarts }: { readonly restart?: RestartPolicy | undefined; readonly maxRestarts?: number },
  path: SpecPath,
): Problem[] {
  if (maxRestarts === undefined || (restart ?? 'never') !== 'never') return [];
  const message = 'has no meaning when nothing is restarted; it needs restart: on-failure or always';
  return [{ path: [...path, 'maxRestarts'], message }];
}

function checkReadiness({ ready, ...services }: ProcessSpec, path: SpecPath): Problem[] {
  if (ready === undefined || ready === 'started') return [];
  const kinds = Object.keys(ready);
  if (kinds.length !== 1) return [{ path, message: 'must be one of service, log and command' }];
  if ('service' in ready) return checkOwnService(ready.service, services, [...path, 'service']);
  if ('command' in ready) return checkCommand(ready.command, [...path, 'command'], []);
  try {
    compilePattern(ready.log);
    return [];
  } catch (error) {
    return [{ path: [...path, 'log'], message: `is not a regular expression; ${(error as Error).message}` }];
  }
}

const minSilenceSeconds = 1;
const minEverySeconds = 1;

function checkLiveness({ alive, ...services }: ProcessSpec, path: SpecPath): Problem[] {
  if (alive === undefined) return [];
  const kinds = ['silence', 'command', 'service'].filter((kind) => kind in alive);
  if (kinds.length !== 1) return [{ path, message: 'must have one of silence, command and service' }];
  if ('silence' in alive) {
    const unused = ['every', 'failures'].filter((name) => name in alive);
    return [
      ...checkAtLeast(alive.silence, minSilenceSeconds, [...path, 'silence']),
      ...unused.map((name) => ({ path: [...path, name], message: 'has no meaning with silence; leave it out' })),
    ];
  }
  return [
    ...('command' in alive
      ? checkCommand(alive.command, [...path, 'command'], [])
      : checkOwnService(alive.service, services, [...path, 'service'])),
    ...checkAtLeast(alive.every ?? minEverySeconds, minEverySeconds, [...path, 'every']),
  ];
}

function checkAtLeast(seconds: number, minimum: number, path: SpecPath): Problem[] {
  return seconds >= minimum ? [] : [{ path, message: `is ${seconds} s; it must be ${minimum} s at least` }];
}

function checkOwnService(
  service: string,
  { bind, expose }: Pick<ProcessSpec, 'bind' | 'expose'>,
  path: SpecPath,
): Problem[] {
  const own = [...Object.keys(bind ?? {}), ...Object.keys(expose ?? {})];
  if (own.includes(service)) return [];
  const right = suggestionClause(service, own) ?? 'it has none';
  const message = `${JSON.stringify(service)} is not a service that this process binds or exposes; ${right}`;
  return [{ path, message }];
}

/** All secret files of a process are in one folder. */
function checkSecretNames(own: readonly string[] | undefined, inherited: readonly string[], path: SpecPath): Problem[] {
  const byName = new Map<string, string>();
  for (const file of inherited) byName.set(baseName(file), file);
  return (own ?? []).flatMap((file, index) => {
    const other = byName.get(baseName(file));
    byName.set(baseName(file), file);
    if (other === undefined || other === file) return [];
    const message = `has the same file name as ${other}; they lie in one folder, so one must be renamed`;
    return [{ path: [...path, 'secrets', index], message }];
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function tooLarge(what: string, bytes: number): string {
  return `is ${bytes} bytes; ${what} can have ${maxArgumentBytes} on Linux, put it into a file`;
}
