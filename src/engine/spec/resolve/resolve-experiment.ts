import { resolve } from 'node:path';
import { processKey } from '../../contract/process-key.ts';
import type { EndsWith, ExperimentSpec, Liveness } from '../experiment-spec.ts';
import { formatPath } from '../problem.ts';
import { sectionsOf } from '../spec-fields.ts';
import { connectableNames, servicesOf } from './expand-services.ts';
import { declaredProcesses, type ExpandedProcess, expandProcesses, replicaCount } from './expand-spec.ts';
import { inheritFields } from './inherit-fields.ts';
import { namedProcesses } from './named-processes.ts';
import type {
  ResolvedEndsWith,
  ResolvedExperiment,
  ResolvedLiveness,
  ResolvedProcess,
  ResolvedReadiness,
} from './resolved-experiment.ts';
import { StartConditions } from './start-conditions.ts';

export const defaults = {
  portRange: [7000, 8999],
  onFailure: 'continue',
  restart: 'never',
  shell: ['/bin/sh'],
  stop: { signal: 'TERM', timeout: 10 },
  liveness: { every: 10, failures: 3 },
  logSize: 256 * 2 ** 20,
} as const;

/** What backends work with: replicas expanded, defaults filled in. Expects a spec from `parseSpec`. */
export function resolveExperiment(spec: ExperimentSpec): ResolvedExperiment {
  const expanded = expandProcesses(declaredProcesses(spec));
  const connectable = connectableNames(expanded);
  const conditions = new StartConditions(expanded);
  return {
    name: spec.name,
    spec,
    processes: expanded.map((expandedProcess) => resolveProcess(spec, expandedProcess, conditions, connectable)),
    services: expanded.flatMap((expandedProcess) =>
      servicesOf(expandedProcess).map(({ declaredAt: _, ...service }) => service),
    ),
    portRange: spec.portRange ?? defaults.portRange,
    onFailure: spec.onFailure ?? defaults.onFailure,
    endsWith: spec.endsWith === undefined ? null : resolveEndsWith(spec.endsWith, expanded),
    maxDuration: spec.maxDuration ?? null,
    sections: sectionsOf('experiment', spec),
  };
}

function resolveProcess(
  experiment: ExperimentSpec,
  expandedProcess: ExpandedProcess,
  conditions: StartConditions,
  connectable: ReadonlyMap<string, readonly string[]>,
): ResolvedProcess {
  const { spec, group, path } = expandedProcess.declared;
  const inherited = inheritFields(expandedProcess.declared, experiment);
  const numbered = (services: object | undefined) =>
    Object.keys(services ?? {}).map((name) => name + expandedProcess.suffix);
  const bind = numbered(spec.bind);
  return {
    group: expandedProcess.group,
    name: expandedProcess.name,
    path: formatPath(path),
    replica: expandedProcess.replica,
    replicas: replicaCount(expandedProcess.declared),
    command: spec.command,
    preamble: inherited.preamble,
    shell: inherited.shell ?? defaults.shell,
    env: inherited.env,
    startDir: resolve(inherited.startDir ?? '.'),
    bind,
    connect: [...new Set((spec.connect ?? []).flatMap((name) => connectable.get(name) ?? [name]))],
    expose: numbered(spec.expose),
    restart: inherited.restart ?? defaults.restart,
    maxRestarts: inherited.maxRestarts ?? null,
    ready: resolveReadiness(expandedProcess, bind),
    after: conditions.of(expandedProcess),
    maxDuration: spec.maxDuration ?? null,
    alive: spec.alive === undefined ? null : resolveLiveness(spec.alive, expandedProcess.suffix),
    stop: { ...defaults.stop, ...spec.stop },
    tty: spec.tty ?? false,
    resources: inherited.resources,
    image: inherited.image ?? null,
    logSize: spec.log?.size ?? defaults.logSize,
    files: inherited.files,
    secrets: inherited.secrets,
    sections: sectionsOf('process', spec),
    groupSections: sectionsOf('group', group?.spec ?? {}),
  };
}

function resolveReadiness({ declared, suffix }: ExpandedProcess, bind: readonly string[]): ResolvedReadiness {
  const { ready } = declared.spec;
  if (ready === undefined) return bind.length === 0 ? { kind: 'started' } : { kind: 'listening', services: bind };
  if (ready === 'started') return { kind: 'started' };
  if ('service' in ready) return { kind: 'listening', services: [ready.service + suffix] };
  return 'log' in ready ? { kind: 'log', pattern: ready.log } : { kind: 'command', command: ready.command };
}

function resolveLiveness(alive: Liveness, suffix: string): ResolvedLiveness {
  if ('silence' in alive) return { kind: 'silence', seconds: alive.silence };
  const rhythm = { ...defaults.liveness, ...pickRhythm(alive) };
  if ('service' in alive) return { kind: 'service', service: alive.service + suffix, ...rhythm };
  return { kind: 'command', command: alive.command, ...rhythm };
}

function pickRhythm({ every, failures }: { readonly every?: number; readonly failures?: number }) {
  return { ...(every === undefined ? {} : { every }), ...(failures === undefined ? {} : { failures }) };
}

function resolveEndsWith({ processes, delay }: EndsWith, all: readonly ExpandedProcess[]): ResolvedEndsWith {
  return {
    names: processes,
    keys: [...new Set(processes.flatMap((name) => namedProcesses(name, all).processes.map(processKey)))],
    delay: delay ?? 0,
  };
}
