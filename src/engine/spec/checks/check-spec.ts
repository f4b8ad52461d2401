import type { ExperimentSpec } from '../experiment-spec.ts';
import { maxReplicas } from '../max-replicas.ts';
import type { Problem } from '../problem.ts';
import { declaredProcesses, expandProcesses, replicaCount } from '../resolve/expand-spec.ts';
import { portRangeRule } from '../schema/spec-schema.ts';
import { checkConditions } from './check-conditions.ts';
import { checkConnections } from './check-connections.ts';
import { checkNames, firstOfEach } from './check-names.ts';
import { checkGroup, checkProcess, checkShared } from './check-process.ts';
import { checkReferences } from './check-references.ts';
import { checkServices } from './check-services.ts';

/**
 * The problems of a spec whose fields are each valid.
 * @param options.servicesKnown false if services were left out because their form was invalid; connections are then not
 *   checked, as they may be right
 * @param options.namesKnown the same for processes and their replicas, which start conditions and ends name
 * @param options.variablesKnown the same for variables and references to them
 */
export function checkSpec(
  spec: ExperimentSpec,
  options: { readonly servicesKnown: boolean; readonly namesKnown: boolean; readonly variablesKnown: boolean },
): Problem[] {
  const declared = declaredProcesses(spec);
  const problems = [
    ...checkExperiment(spec, declared.length),
    ...checkShared(spec, []),
    ...Object.entries(spec.groups).flatMap(([name, group]) => checkGroup(group, ['groups', name], spec)),
    ...declared.flatMap((member) => checkProcess(member, spec)),
  ];
  const total = declared.reduce((sum, member) => sum + replicaCount(member), 0);
  if (total > maxReplicas) {
    return [...problems, { path: [], message: `it has ${total} processes; there can be ${maxReplicas}` }];
  }
  const processes = expandProcesses(declared);
  return [
    ...problems,
    ...checkNames(spec, processes),
    ...checkServices(processes),
    ...(options.servicesKnown ? checkConnections(declared, processes) : []),
    ...(options.namesKnown ? firstOfEach(checkConditions(spec, declared, processes)) : []),
    ...(options.servicesKnown && options.variablesKnown ? checkReferences(spec, processes) : []),
  ];
}

function checkExperiment(spec: ExperimentSpec, processes: number): Problem[] {
  const problems: Problem[] = [];
  const [first, last] = spec.portRange ?? [1, 1];
  if (first < 1 || last > 65535 || first > last) {
    problems.push({ path: ['portRange'], message: `is ${first}-${last}; it must be ${portRangeRule}` });
  }
  for (const [name, group] of Object.entries(spec.groups)) {
    if (Object.keys(group.processes).length > 0) continue;
    problems.push({ path: ['groups', name], message: 'has no processes; a group needs one' });
  }
  if (processes === 0 && problems.every(({ path }) => path[0] !== 'groups')) {
    problems.push({ path: ['processes'], message: 'there is none; an experiment needs a process' });
  }
  return problems;
}
