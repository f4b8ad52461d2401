import { SymphonyError } from '../../../engine/contract/errors.ts';
import { gceMachineOfType } from './gce-machine-types.ts';
import type { NodePool, Taint } from './node-pools.ts';

const resourceType = 'google_container_node_pool';

type Fields = Readonly<Record<string, unknown>>;

/** Whether this JSON is from Terraform: a configuration, a state file, or the output of `terraform show -json`. */
export function isTerraform(data: unknown): boolean {
  return resourcesOf(data).length > 0 || ['resource', 'terraform_version'].some((key) => key in fieldsOf(data));
}

/**
 * Reads the node pools in Terraform's JSON: every `google_container_node_pool` with a machine type.
 * @throws SymphonyError `invalid-spec` for an unknown machine type, or if there is no pool
 */
export function poolsFromTerraform(data: unknown, source: string): NodePool[] {
  const resources = resourcesOf(data);
  if (resources.length === 0) throw new SymphonyError('invalid-spec', `${source} has no ${resourceType}.`);
  return resources.map(({ key, fields }) => toPool(key, fields, source));
}

function toPool(key: string, fields: Fields, source: string): NodePool {
  const name = text(fields.name) ?? key;
  const config = fieldsOf(first(fields.node_config));
  const type = text(config.machine_type) ?? 'e2-medium';
  const machine = gceMachineOfType(type);
  if (machine === undefined) {
    throw new SymphonyError('invalid-spec', `${source}: the machine type ${type} of node pool ${name} is not known.`, {
      hint: 'Write a node-pool file, with its CPU and memory.',
    });
  }
  const accelerator = fieldsOf(first(config.guest_accelerator));
  const gpuType = text(accelerator.type);
  const count = Number(accelerator.count ?? machine.gpus ?? 0);
  const taints = list(config.taint).map((taint) => toTaint(fieldsOf(taint)));
  return {
    name,
    cpu: machine.cpu,
    memory: machine.memory,
    ...(count > 0 ? { gpu: { ...(gpuType === undefined ? {} : { type: gpuType }), count } } : {}),
    labels: { 'cloud.google.com/gke-nodepool': name },
    // GKE adds this taint to every node with GPUs.
    taints: count > 0 ? [...taints, { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] : taints,
    allocatable: false,
  };
}

const effects: Readonly<Record<string, string>> = {
  NO_SCHEDULE: 'NoSchedule',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
  NO_EXECUTE: 'NoExecute',
};

function toTaint(taint: Fields): Taint {
  const value = text(taint.value);
  const effect = text(taint.effect) ?? '';
  return {
    key: text(taint.key) ?? '',
    ...(value === undefined ? {} : { value }),
    effect: effects[effect] ?? effect,
  };
}

interface Resource {
  readonly key: string;
  readonly fields: Fields;
}

/** The pools of all modules, at any depth. */
function resourcesOf(data: unknown): Resource[] {
  const top = fieldsOf(data);
  const configured = list(top.resource).flatMap((blocks) =>
    list(fieldsOf(blocks)[resourceType]).flatMap((byName) =>
      Object.entries(fieldsOf(byName)).flatMap(([key, value]) =>
        list(value).map((fields) => ({ key, fields: fieldsOf(fields) })),
      ),
    ),
  );
  const stored = list(top.resources).flatMap((resource) => {
    const { type, name, values, instances } = fieldsOf(resource);
    if (type !== resourceType) return [];
    const each = values === undefined ? list(instances).map((instance) => fieldsOf(instance).attributes) : [values];
    return each.map((fields) => ({ key: text(name) ?? '', fields: fieldsOf(fields) }));
  });
  const inside = [top.values ?? top.planned_values, top.root_module, ...list(top.child_modules)];
  return [...configured, ...stored, ...inside.filter((part) => part !== undefined).flatMap(resourcesOf)];
}

/** Terraform writes a single block as a map or as a list of one. */
function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function first(value: unknown): unknown {
  return list(value)[0];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
