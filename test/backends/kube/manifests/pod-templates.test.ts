import { expect, it } from 'vitest';
import {
  podTemplateObjects,
  readPodTemplates,
  templatesNames,
} from '../../../../src/backends/kube/manifests/pod-templates.ts';
import { build, checkSchema } from '../support/manifests.ts';

const launch = { launchId: 'launch-1' };

it('pods are kept as they are launched, 5,000 replicas of them in one object', () => {
  const { objects, location } = build({ processes: { agent: { command: ['true'], replicas: 5_000 } } });
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const kept = podTemplateObjects(pods, { location, ...launch });
  expect(kept).toHaveLength(1);
  checkSchema(kept[0] as never);
  expect(kept[0]?.metadata).toMatchObject({ name: 'symphony-pods-0', labels: { 'symphony/role': 'pods' } });
  expect(JSON.stringify(kept).length).toBeLessThan(500_000);
  expect(readPodTemplates(kept[0] as never)).toEqual(pods);
});

it('templates that are too large for one object are split', () => {
  const { objects, location } = build({ processes: { agent: { command: ['true'], replicas: 7 } } });
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const kept = podTemplateObjects(pods, { location, ...launch }, 450);
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.flatMap((object) => readPodTemplates(object))).toEqual(pods);
  expect(new Set(kept.map(({ metadata }) => metadata.name)).size).toBe(kept.length);
});

it('a supervisor may change more objects than the launch creates, because the experiment may grow', () => {
  const { objects, location } = build({ processes: { agent: { command: ['true'], replicas: 7 } } });
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const kept = podTemplateObjects(pods, { location, ...launch }, 450).map(({ metadata }) => metadata.name);
  expect(templatesNames(location, 1)).toEqual(expect.arrayContaining(kept));
  expect(templatesNames(location, 20)).toHaveLength(20);
});
