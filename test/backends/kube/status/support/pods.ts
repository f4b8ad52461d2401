import type { ContainerState, ContainerStatusJson, PodJson } from '../../../../../src/backends/kube/status/pod-json.ts';

export interface PodFields {
  readonly metadata?: object;
  readonly restartPolicy?: string;
  readonly memory?: string;
  readonly status?: object;
  readonly containers?: readonly ContainerStatusJson[];
}

const conditions = [{ type: 'PodScheduled', status: 'True' }];

/** A pod on a node, in the API server's form. */
export function pod(fields: PodFields): PodJson {
  const limits = fields.memory === undefined ? {} : { limits: { memory: fields.memory } };
  return {
    metadata: { name: 'rl-pod', namespace: 'rl', ...fields.metadata },
    spec: {
      nodeName: 'node-1',
      restartPolicy: fields.restartPolicy ?? 'Never',
      containers: [{ name: 'main', image: 'busybox', resources: limits }],
    },
    status: {
      phase: 'Running',
      conditions,
      ...fields.status,
      ...(fields.containers && { containerStatuses: fields.containers }),
    },
  };
}

export function main(state: ContainerState, fields: Partial<ContainerStatusJson> = {}): ContainerStatusJson {
  return { name: 'main', image: 'busybox', ready: false, restartCount: 0, state, ...fields };
}

export const [began, ended] = ['2026-11-23T09:00:00Z', '2026-11-23T09:00:05Z'];
export const terminated = (fields: object) => ({
  terminated: { exitCode: 1, reason: 'Error', startedAt: began, finishedAt: ended, ...fields },
});
export const times = { startedAt: '2026-11-23T09:00:00.000Z', finishedAt: '2026-11-23T09:00:05.000Z' };
export const place = { pod: 'rl-pod', node: 'node-1' };
