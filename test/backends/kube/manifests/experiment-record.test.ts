import { expect, it } from 'vitest';
import { readExperimentRecord } from '../../../../src/backends/kube/manifests/experiment-record.ts';
import { labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { draft } from '../support/draft.ts';
import { build } from '../support/manifests.ts';

it('the record keeps the spec and the services', () => {
  const { objects, spec } = build(draft);
  const record = objects.find(({ metadata }) => metadata.labels[labels.role] === 'spec');
  expect(readExperimentRecord(record as never)).toMatchObject({
    launchId: 'launch-1',
    version: '1.2.3',
    spec,
    services: [
      { name: 'replay', port: 7000, host: 'replay.rl.svc' },
      { name: 'parameters', port: 7001 },
      { name: 'tensorboard', port: 6006, kind: 'expose' },
    ],
  });
  expect(() => readExperimentRecord({})).toThrow('it has no launch');
  expect(() => readExperimentRecord({ data: { spec: '{', launch: '{}' } })).toThrow('its spec is not JSON');
});
