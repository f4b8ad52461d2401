import { describe, expect, it } from 'vitest';
import { build } from '../support/manifests.ts';

describe('services', () => {
  const service = (kube: object) => {
    const { objects } = build({ processes: { p: { command: 'x', bind: 'inner', expose: { web: 80 }, kube } } });
    return objects.filter(({ kind }) => kind === 'Service') as unknown as { spec: object; metadata: object }[];
  };

  it('select the pod of their process, and are reached by others at once', () => {
    expect(service({})[0]).toMatchObject({
      metadata: { name: 'inner', labels: { 'symphony/service': 'inner' } },
      spec: {
        type: 'ClusterIP',
        selector: { 'symphony/experiment': 'rl', 'symphony/member': 'p' },
        ports: [{ port: 7000, targetPort: 7000 }],
        publishNotReadyAddresses: true,
      },
    });
  });

  it('that are exposed are load balancers, node ports or neither', () => {
    expect(service({})[1]?.spec).toMatchObject({ type: 'LoadBalancer', ports: [{ port: 80 }] });
    expect(service({ expose: 'NodePort' })[1]?.spec).toMatchObject({ type: 'NodePort' });
    expect(service({ expose: 'none' })[1]?.spec).toMatchObject({ type: 'ClusterIP' });
    const internal = service({ exposeAnnotations: { 'networking.gke.io/load-balancer-type': 'Internal' } });
    expect(internal[1]?.metadata).toMatchObject({
      annotations: { 'networking.gke.io/load-balancer-type': 'Internal' },
    });
    expect(internal[0]?.metadata).not.toHaveProperty('annotations');
  });

  it('of one range get ports that do not clash', () => {
    const processes = { p: { command: 'x', replicas: 40, bind: ['a', 'b'] }, q: { command: 'x', bind: { c: 7001 } } };
    const ports = build({ processes }).objects.flatMap(({ kind, spec }) =>
      kind === 'Service' ? (spec as { ports: { port: number }[] }).ports.map(({ port }) => port) : [],
    );
    expect(ports).toHaveLength(81);
    expect(new Set(ports).size).toBe(81);
  });
});
