import type { SpecLevel } from '../contract/backend-definition.ts';
import type { EndsWith, ExperimentSpec, ProcessGroupSpec, ProcessSpec } from './experiment-spec.ts';
import { sectionsOf, specFields } from './spec-fields.ts';

/** A spec as YAML that declares the same experiment, with fields in a fixed order. Long text is not folded. */
export async function specToYaml(spec: ExperimentSpec): Promise<string> {
  const { Document, isMap, isSeq, visit } = await import('yaml');
  const document = new Document(toPlain(spec), { aliasDuplicateObjects: false });
  visit(document, {
    // Lists of scalars, such as an argv, go on one line.
    Seq(_, list) {
      if (list.items.every((item) => !isMap(item) && !isSeq(item))) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function toPlain(spec: ExperimentSpec): object {
  return {
    ...inOrder('experiment', spec),
    ...(spec.endsWith && { endsWith: endsWithToPlain(spec.endsWith) }),
    ...nonEmpty('processes', mapValues(spec.processes, processToPlain)),
    ...nonEmpty('groups', mapValues(spec.groups, groupToPlain)),
  };
}

function groupToPlain(group: ProcessGroupSpec): object {
  return { ...inOrder('group', group), processes: mapValues(group.processes, processToPlain) };
}

function processToPlain(processSpec: ProcessSpec): object {
  return {
    ...inOrder('process', processSpec),
    ...(processSpec.bind && { bind: servicesToPlain(processSpec.bind) }),
    ...(processSpec.expose && { expose: servicesToPlain(processSpec.expose) }),
  };
}

/** Only the names, if there is no delay. */
function endsWithToPlain(endsWith: EndsWith): object {
  return endsWith.delay === undefined ? endsWith.processes : endsWith;
}

/** A list of names, if no service wants a port. */
function servicesToPlain(services: Readonly<Record<string, number | null>>): object {
  return Object.values(services).every((port) => port === null) ? Object.keys(services) : services;
}

/** The fields that have a value, in order, then the sections; without `processes` and `groups`, which the callers convert. */
function inOrder(level: SpecLevel, fields: object): object {
  const values = fields as Readonly<Record<string, unknown>>;
  const printed = specFields[level].filter(
    (key) => key !== 'processes' && key !== 'groups' && values[key] !== undefined,
  );
  return { ...Object.fromEntries(printed.map((key) => [key, values[key]])), ...sectionsOf(level, fields) };
}

function mapValues<From>(record: Readonly<Record<string, From>>, change: (value: From) => object) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function nonEmpty(key: string, record: object): object {
  return Object.keys(record).length === 0 ? {} : { [key]: record };
}
