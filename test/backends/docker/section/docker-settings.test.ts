import { expect, it } from 'vitest';
import { dockerSettings, parseVolume } from '../../../../src/backends/docker/section/docker-settings.ts';

it('inner sections go before outer ones, field by field', () => {
  const settings = dockerSettings({
    experiment: {
      mount: true,
      pull: 'always',
      labels: { team: 'a', stage: 'test' },
      volumes: ['data:/data', '/srv:/srv'],
    },
    group: { mount: false, capabilities: { add: ['SYS_PTRACE'] }, sharedMemory: '1Gi' },
    process: { labels: { team: 'b' }, volumes: ['/other:/data:ro'], capabilities: { drop: ['ALL'] }, workingDir: null },
  });
  expect(settings).toMatchObject({
    mount: false,
    pull: 'always',
    labels: { team: 'b', stage: 'test' },
    capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] },
    sharedMemory: 2 ** 30,
    workingDir: null,
    volumes: [
      { source: '/other', target: '/data', readOnly: true },
      { source: '/srv', target: '/srv', readOnly: false },
    ],
  });
});

it('without sections, an image is pulled if it is missing, and an init runs', () => {
  expect(dockerSettings({})).toMatchObject({ pull: 'missing', init: true, volumes: [], patches: [] });
  expect(dockerSettings({})).not.toHaveProperty('mount');
});

it.each([
  ['/cache', { target: '/cache', readOnly: false }],
  ['/cache:ro', { target: '/cache', readOnly: true }],
  ['name:/cache', { source: 'name', target: '/cache', readOnly: false }],
  ['/a:/b:rw', { source: '/a', target: '/b', readOnly: false }],
])('reads the volume %s', (written, volume) => {
  expect(parseVolume(written)).toEqual(volume);
});

it('an anonymous volume of a group is shared, unless a process has another at its place', () => {
  const group = { volumes: ['name:/named', '/shared:ro', '/private'] };
  expect(
    dockerSettings({ experiment: { volumes: ['/own'] }, group, process: { volumes: ['/private'] } }).volumes,
  ).toEqual([
    { target: '/own', readOnly: false },
    { source: 'name', target: '/named', readOnly: false },
    { target: '/shared', readOnly: true, groupIndex: 1 },
    { target: '/private', readOnly: false },
  ]);
});
