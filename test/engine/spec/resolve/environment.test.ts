import { describe, expect, it } from 'vitest';
import {
  launchingEnvironment,
  processEnvironment,
  symphonyEnvironment,
} from '../../../../src/engine/spec/resolve/environment.ts';

describe('symphonyEnvironment', () => {
  const resolved = { group: null, name: 'learner', replica: null, replicas: 1, secrets: [], env: {} };
  const input = { experiment: 'sarah-rl', launchId: 'abc', process: resolved, services: [] };

  it('names experiment, group, process and launch', () => {
    expect(symphonyEnvironment(input)).toEqual({
      SYMPH_EXPERIMENT: 'sarah-rl',
      SYMPH_PROCESS_GROUP: '',
      SYMPH_PROCESS: 'learner',
      SYMPH_ID: 'abc',
      SYMPH_REPLICAS: '1',
      PYTHONUNBUFFERED: '1',
    });
  });

  it('includes replica, group and the folder of secrets where they exist', () => {
    const replica = { ...resolved, group: 'agents-1', name: 'agent-0', replica: 4, replicas: 6 };
    expect(symphonyEnvironment({ ...input, process: replica, secretsDir: '/etc/secrets' })).toMatchObject({
      SYMPH_PROCESS_GROUP: 'agents-1',
      SYMPH_PROCESS: 'agent-0',
      SYMPH_REPLICA: '4',
      SYMPH_REPLICAS: '6',
      SYMPH_SECRETS_DIR: '/etc/secrets',
    });
  });

  it('leaves PYTHONUNBUFFERED to the spec', () => {
    const own = { ...resolved, env: { PYTHONUNBUFFERED: '' } };
    expect(symphonyEnvironment({ ...input, process: own })).not.toHaveProperty('PYTHONUNBUFFERED');
  });
});

describe('processEnvironment', () => {
  it('lets the spec override the shell, and Symphony override both', () => {
    const merged = processEnvironment(
      { A: 'shell', B: 'shell', C: undefined, SYMPH_ID: 'outer' },
      { B: 'spec', SECRET: 's' },
      { SYMPH_ID: 'own', PYTHONUNBUFFERED: '1' },
    );
    expect(merged).toEqual({ A: 'shell', B: 'spec', SECRET: 's', SYMPH_ID: 'own', PYTHONUNBUFFERED: '1' });
  });

  it('sets PYTHONUNBUFFERED only where it is not set yet', () => {
    const symphony = { PYTHONUNBUFFERED: '1' };
    expect(processEnvironment({ PYTHONUNBUFFERED: '' }, {}, symphony)).toEqual({ PYTHONUNBUFFERED: '' });
    expect(processEnvironment({ PYTHONUNBUFFERED: '' }, { PYTHONUNBUFFERED: '2' }, {})).toEqual({
      PYTHONUNBUFFERED: '2',
    });
  });
});

describe('launchingEnvironment', () => {
  it('removes what npm adds, and nothing else', () => {
    const env = {
      HOME: '/h',
      PATH: '/p/node_modules/.bin:/node_modules/.bin:/npm/run-script/lib/node-gyp-bin:/usr/bin:/own/node_modules/.bin',
      INIT_CWD: '/p',
      NODE: '/usr/bin/node',
      npm_node_execpath: '/usr/bin/node',
      npm_package_name: 'x',
      npm_config_cache: '/c',
      UNSET: undefined,
    };
    expect(launchingEnvironment(env)).toEqual({ HOME: '/h', PATH: '/usr/bin:/own/node_modules/.bin' });
    expect(launchingEnvironment({ ...env, NODE: '/my/node' }).NODE).toBe('/my/node');
  });

  it('is unchanged without npm', () => {
    const env = { PATH: '/p/node_modules/.bin:/usr/bin', INIT_CWD: '/p', NODE: 'n' };
    expect(launchingEnvironment(env)).toEqual(env);
  });

  it('removes the variables of an outer experiment', () => {
    const env = { SYMPH_ID: '1', SYMPH_X_PORT: '2', SYMPHONY_HOME: '/s', MY_SYMPH_ID: '3' };
    expect(launchingEnvironment(env)).toEqual({ SYMPHONY_HOME: '/s', MY_SYMPH_ID: '3' });
  });
});
