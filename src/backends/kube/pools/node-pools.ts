import * as z from 'zod/mini';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { invalidSpec } from '../../../engine/spec/problem.ts';
import { cores, describe, field, fields, size, text, whole } from '../../../engine/spec/schema/schema-fields.ts';
import { problemsOf } from '../../../engine/spec/schema/shape-problems.ts';
import { parseCores, parseSize } from '../../../engine/text/quantities.ts';
import { effect, textMap } from '../section/section-fields.ts';

/** A pool of identical machines, of which the cluster may currently have none. */
export interface NodePool {
  readonly name: string;
  /** Cores per machine. */
  readonly cpu: number;
  /** Memory per machine in bytes. */
  readonly memory: number;
  readonly gpu?: { readonly type?: string; readonly count: number };
  /** The labels that select its nodes. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Whether CPU and memory are the allocatable amounts rather than the machine's totals. */
  readonly allocatable: boolean;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

interface NodePoolInput {
  readonly name: string;
  readonly cpu: number | string;
  readonly memory: number | string;
  readonly gpu?: number | { readonly type?: string; readonly count: number };
  readonly labels: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
}

/** The schema of a list of node pools, in a node-pool file and in `kube.nodePools`. */
export function nodePools() {
  return z.array(nodePool(), { error: 'a list of node pools' });
}

function nodePool() {
  const taint = fields(
    {
      key: describe(text('the key of a taint'), 'Its key.'),
      value: field(z.string({ error: 'a text' }), 'Its value.'),
      effect: describe(effect(), 'Its effect.'),
    },
    'a taint with its key and effect',
  );
  const gpu = fields(
    {
      type: field(text('a kind of GPU'), 'What kind it is, for people.'),
      count: describe(whole(1, 64), 'How many a machine has.'),
    },
    'a type and a count',
  );
  return fields(
    {
      name: describe(text('a name'), 'What place calls it.'),
      cpu: describe(cores(), 'Cores of one machine.'),
      memory: describe(size(1), 'Memory of one machine.'),
      gpu: field(z.union([whole(1, 64), gpu], { error: 'a number, or a type and a count' }), 'GPUs of one machine.'),
      labels: describe(
        textMap('labels with values').check(
          z.refine((labels) => Object.keys(labels).length > 0, { error: 'a label that only its nodes have' }),
        ),
        'Labels that only its nodes have.',
      ),
      taints: field(z.array(taint, { error: 'a list of taints' }), 'Taints of its nodes, which its pods tolerate.'),
    },
    'a node pool with name, cpu, memory and labels',
  );
}

/** Normalizes validated node pools from `kube.nodePools`. */
export function normalizeNodePools(input: unknown): NodePool[] {
  return (input as readonly NodePoolInput[]).map((pool) => ({
    name: pool.name,
    cpu: parseCores(pool.cpu) ?? 0,
    memory: parseSize(pool.memory) ?? 0,
    ...(pool.gpu === undefined ? {} : { gpu: typeof pool.gpu === 'number' ? { count: pool.gpu } : pool.gpu }),
    labels: pool.labels,
    taints: pool.taints ?? [],
    allocatable: false,
  }));
}

/**
 * Parses the content of a node-pool file: a list of pools, or a map with `nodePools`.
 * @throws SymphonyError `invalid-spec` naming the paths
 */
export function parseNodePools(data: unknown, source: string): NodePool[] {
  const isMap = typeof data === 'object' && data !== null && !Array.isArray(data);
  const list: unknown = isMap ? (data as { nodePools?: unknown }).nodePools : data;
  const problems = problemsOf(nodePools(), list);
  if (problems.length > 0) throw invalidSpec(problems, source);
  return normalizeNodePools(list);
}

/** @throws SymphonyError `invalid-spec` if two pools of a list have one name */
export function rejectDuplicates(pools: readonly NodePool[], source: string): readonly NodePool[] {
  const names = new Set<string>();
  for (const { name } of pools) {
    if (names.has(name)) throw new SymphonyError('invalid-spec', `${source} has two node pools called ${name}.`);
    names.add(name);
  }
  return pools;
}
