import { closestNames } from '../../text/suggestion.ts';
import { maxArgumentBytes } from '../argument-limit.ts';
import type { EnvironmentValue, ExperimentSpec } from '../experiment-spec.ts';
import { formatPath, type Problem, type SpecPath } from '../problem.ts';
import type { DeclaredProcess, ExpandedProcess } from '../resolve/expand-spec.ts';
import { type InheritedFields, inheritFields } from '../resolve/inherit-fields.ts';
import { mayRefer, parseReferences } from '../resolve/references.ts';
import { SymphonyNames } from '../resolve/symphony-names.ts';
import { firstOfEach } from './check-names.ts';

type Environment = Readonly<Record<string, EnvironmentValue>>;

/** The length that is assumed for a value known only at launch. */
const assumedBytes = 256;

/** References of variables that cannot be replaced: unknown names, cycles, values that become too long. */
export function checkReferences(spec: ExperimentSpec, processes: readonly ExpandedProcess[]): Problem[] {
  const referring = new Map<DeclaredProcess, InheritedFields>();
  for (const declared of new Set(processes.map((expanded) => expanded.declared))) {
    const inherited = inheritFields(declared, spec);
    if (Object.values(inherited.env).some(mayRefer)) referring.set(declared, inherited);
  }
  if (referring.size === 0) return [];
  const problems = [...referring].flatMap(([declared, { env }]) =>
    checkValues(env, (name) => placeOf(spec, declared, name)),
  );
  const names = new SymphonyNames(processes);
  for (const expanded of processes) {
    const inherited = referring.get(expanded.declared);
    if (inherited !== undefined) problems.push(...findUnknown(spec, expanded, inherited, names));
  }
  return firstOfEach(problems);
}

function findUnknown(
  spec: ExperimentSpec,
  expanded: ExpandedProcess,
  { env, secrets }: InheritedFields,
  names: SymphonyNames,
): Problem[] {
  const hasSecrets = secrets.length > 0;
  return Object.entries(env).flatMap(([name, value]) =>
    referencesIn(value)
      .filter((reference) => !Object.hasOwn(env, reference) && !names.has(expanded, reference, hasSecrets))
      .map((reference) => {
        const known = [...Object.keys(env), ...names.list(expanded, hasSecrets)];
        return { path: placeOf(spec, expanded.declared, name), message: describeUnknown(reference, expanded, known) };
      }),
  );
}

/** The problems of values that do not depend on Symphony's own variables. */
function checkValues(env: Environment, place: (name: string) => SpecPath): Problem[] {
  const malformed = Object.entries(env).flatMap(([name, value]): Problem[] => {
    const [first] = mayRefer(value) ? parseReferences(value).malformed : [];
    if (first === undefined) return [];
    return [
      { path: place(name), message: 'has ${ without the name of a variable and }; write $${ for the text itself' },
    ];
  });
  const cycles = findCycles(env).map(([first = '', ...others]) => ({
    path: place(first),
    message: others.length === 0 ? selfReference(first) : `refers to itself through ${others.join(' and ')}`,
  }));
  return [...malformed, ...cycles, ...(cycles.length > 0 ? [] : findTooLong(env, place))];
}

function selfReference(name: string): string {
  return (
    `refers to itself. A spec means the same everywhere, so it does not know what ${name} is elsewhere; ` +
    `extend it in the preamble: export ${name}="…$${name}"`
  );
}

function describeUnknown(reference: string, expanded: ExpandedProcess, known: readonly string[]): string {
  const owner = formatPath(expanded.declared.path);
  if (reference === 'SYMPH_REPLICA')
    return `refers to \${SYMPH_REPLICA}, which ${owner} does not have without replicas; set replicas, 1 or more`;
  const close = closestNames(reference, known);
  const said = `refers to \${${reference}}, which is no variable of ${owner}`;
  if (close.length > 0) return `${said}; did you mean ${close.join(' or ')}?`;
  return (
    `${said}: neither env nor Symphony sets it, and variables of the launching shell are not known everywhere. ` +
    `Use it in the preamble or in a command, or write $\${${reference}} for the text itself`
  );
}

/** Where a variable of a process is set: by itself, its group or its experiment. */
function placeOf(spec: ExperimentSpec, { spec: own, group, path }: DeclaredProcess, name: string): SpecPath {
  const sets = (env: Environment | undefined) => env !== undefined && Object.hasOwn(env, name);
  if (sets(own.env)) return [...path, 'env', name];
  if (group !== null && sets(group.spec.env)) return ['groups', group.name, 'env', name];
  return sets(spec.env) ? ['env', name] : path;
}

function referencesIn(value: EnvironmentValue | undefined): readonly string[] {
  if (!mayRefer(value)) return [];
  return parseReferences(value).parts.flatMap((part) => ('reference' in part ? [part.reference] : []));
}

/** The names of each cycle once, in the order of reference. */
function findCycles(env: Environment): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, through: readonly string[]): void => {
    const start = through.indexOf(name);
    if (start >= 0) cycles.push(through.slice(start));
    if (start >= 0 || done.has(name)) return;
    for (const next of referencesIn(env[name])) if (Object.hasOwn(env, next)) visit(next, [...through, name]);
    done.add(name);
  };
  for (const name of Object.keys(env)) visit(name, []);
  return cycles;
}

/** Values that Linux cannot pass once their references are replaced. Computes lengths only: a few variables can mean gigabytes. */
function findTooLong(env: Environment, place: (name: string) => SpecPath): Problem[] {
  const lengths = new Map<string, number>();
  const length = (name: string): number => {
    const known = lengths.get(name);
    if (known !== undefined) return known;
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (typeof value !== 'string') return assumedBytes;
    const total = parseReferences(value).parts.reduce(
      (sum, part) => sum + ('text' in part ? Buffer.byteLength(part.text) : length(part.reference)),
      0,
    );
    lengths.set(name, total);
    return total;
  };
  return Object.keys(env).flatMap((name) => {
    const bytes = mayRefer(env[name]) ? name.length + 2 + length(name) : 0;
    if (bytes <= maxArgumentBytes) return [];
    const message = `is about ${bytes} bytes once its references are replaced; a variable can have ${maxArgumentBytes} on Linux`;
    return [{ path: place(name), message }];
  });
}
