import { expandHome } from '../files/paths.ts';
import { absolutePath } from '../files/working-directory.ts';
import { parseDuration } from '../text/durations.ts';
import { parseCores, parseSize } from '../text/quantities.ts';
import type {
  EndsWith,
  EnvironmentValue,
  ExperimentSpec,
  Liveness,
  ProcessGroupSpec,
  ProcessSpec,
  Readiness,
  Resources,
  RestartPolicy,
  StopSignal,
} from './experiment-spec.ts';
import { parsePortRange } from './port-range.ts';
import type {
  DurationInput,
  EnvironmentInput,
  ExperimentInput,
  ProcessGroupInput,
  ProcessInput,
  ServicesInput,
  SharedInput,
} from './schema/spec-input.ts';
import { sectionsWithPaths } from './section-paths.ts';

/**
 * The spec of a valid input: each field in one form, with seconds, bytes, cores and absolute paths. Fields that were left
 * out stay absent, except `startDir`, so that the spec means the same wherever it is read again.
 */
export function normalizeSpec(input: ExperimentInput, baseDir: string | undefined): ExperimentSpec {
  return compact<ExperimentSpec>({
    name: input.name,
    portRange: typeof input.portRange === 'string' ? parsePortRange(input.portRange) : input.portRange,
    onFailure: input.onFailure,
    endsWith: input.endsWith === undefined ? undefined : normalizeEndsWith(input.endsWith),
    maxDuration: normalizeDuration(input.maxDuration),
    ...shared({ ...input, startDir: input.startDir ?? '.' }, baseDir),
    ...sectionsWithPaths('experiment', input, baseDir),
    processes: mapValues(input.processes ?? {}, (processInput) => normalizeProcess(processInput, baseDir)),
    groups: mapValues(input.groups ?? {}, (group) => normalizeGroup(group, baseDir)),
  });
}

function normalizeGroup(input: ProcessGroupInput, baseDir: string | undefined): ProcessGroupSpec {
  return compact<ProcessGroupSpec>({
    ...shared(input, baseDir),
    replicas: input.replicas,
    after: input.after,
    ...normalizeRestart(input),
    resources: input.resources && normalizeResources(input.resources),
    ...sectionsWithPaths('group', input, baseDir),
    processes: mapValues(input.processes ?? {}, (processInput) => normalizeProcess(processInput, baseDir)),
  });
}

function normalizeProcess(input: ProcessInput, baseDir: string | undefined): ProcessSpec {
  return compact<ProcessSpec>({
    command: normalizeCommand(input.command),
    ...shared(input, baseDir),
    replicas: input.replicas,
    bind: normalizeServices(input.bind),
    connect: toList(input.connect),
    expose: normalizeServices(input.expose),
    ...normalizeRestart(input),
    ready: normalizeReadiness(input.ready),
    after: input.after,
    maxDuration: normalizeDuration(input.maxDuration),
    alive: input.alive && normalizeLiveness(input.alive),
    stop: input.stop && normalizeStop(input.stop),
    tty: input.tty,
    resources: input.resources && normalizeResources(input.resources),
    log: input.log && { size: parseSize(input.log.size) ?? 0 },
    ...sectionsWithPaths('process', input, baseDir),
  });
}

/** The fields that an experiment or a group sets for all its processes. */
function shared(input: SharedInput, baseDir: string | undefined) {
  return {
    env: input.env && mapValues(input.env, (value) => normalizeValue(value, baseDir)),
    startDir: input.startDir && absolutePath(expandHome(input.startDir), baseDir),
    preamble: toList(input.preamble),
    shell: toList(input.shell),
    image: input.image,
    files: toList(input.files),
    secrets: toList(input.secrets)?.map((path) => absolutePath(expandHome(path), baseDir)),
  };
}

function normalizeRestart({ restart, maxRestarts }: Pick<ProcessInput, 'restart' | 'maxRestarts'>) {
  const given: { readonly policy?: RestartPolicy | undefined; readonly maxRestarts?: number } =
    typeof restart === 'object' ? restart : { policy: restart };
  return { restart: given.policy, maxRestarts: maxRestarts ?? given.maxRestarts };
}

function normalizeCommand(command: ProcessInput['command']): string | readonly string[] {
  return typeof command === 'string' ? command : command.map(String);
}

function normalizeValue(value: EnvironmentInput[string], baseDir: string | undefined): EnvironmentValue {
  if (typeof value !== 'object') return String(value);
  return 'fromFile' in value ? { ...value, fromFile: absolutePath(expandHome(value.fromFile), baseDir) } : value;
}

/** A name without a port gets any free one. */
function normalizeServices(input: ServicesInput | undefined): Record<string, number | null> | undefined {
  if (input === undefined) return undefined;
  if (typeof input === 'string') return { [input]: null };
  if (isList(input)) return Object.fromEntries(input.map((name) => [name, null]));
  return mapValues(input, (port) => (port === 'auto' ? null : port));
}

function normalizeEndsWith(input: NonNullable<ExperimentInput['endsWith']>): EndsWith {
  if (typeof input === 'string' || isList(input)) return { processes: toList(input) ?? [] };
  return compact<EndsWith>({ processes: toList(input.processes) ?? [], delay: normalizeDuration(input.delay) });
}

function normalizeDuration(input: DurationInput | undefined): number | undefined {
  return input === undefined ? undefined : parseDuration(input);
}

function normalizeReadiness(input: ProcessInput['ready']): Readiness | undefined {
  return typeof input === 'object' && 'command' in input
    ? { ...input, command: normalizeCommand(input.command) }
    : input;
}

function normalizeLiveness(input: NonNullable<ProcessInput['alive']>): Liveness {
  const { silence, command, every, ...rest }: UncheckedLiveness = input;
  // The checks that follow refuse a mixture of the kinds.
  return compact<Record<keyof UncheckedLiveness, unknown>>({
    silence: normalizeDuration(silence),
    command: command === undefined ? undefined : normalizeCommand(command),
    service: rest.service,
    every: normalizeDuration(every),
    failures: rest.failures,
  }) as unknown as Liveness;
}

/** The fields of all kinds. */
interface UncheckedLiveness {
  readonly silence?: DurationInput;
  readonly command?: ProcessInput['command'];
  readonly service?: string;
  readonly every?: DurationInput;
  readonly failures?: number;
}

function normalizeStop(input: NonNullable<ProcessInput['stop']>): NonNullable<ProcessSpec['stop']> {
  return compact<NonNullable<ProcessSpec['stop']>>({
    signal: input.signal?.replace(/^SIG/, '') as StopSignal | undefined,
    timeout: normalizeDuration(input.timeout),
  });
}

function normalizeResources(input: NonNullable<ProcessInput['resources']>): Resources {
  return compact<Resources>({
    cpu: input.cpu === undefined ? undefined : parseCores(input.cpu),
    memory: input.memory === undefined ? undefined : parseSize(input.memory),
    gpu: input.gpu,
  });
}

function toList(input: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof input === 'string' ? [input] : input;
}

function isList(input: unknown): input is readonly string[] {
  return Array.isArray(input);
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Removes fields that are undefined. */
function compact<Target extends object>(fields: { [Key in keyof Target]: Target[Key] | undefined }): Target {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Target;
}
