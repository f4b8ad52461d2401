import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { expandHome, symphonyPaths } from '../../src/engine/paths.ts';

describe('symphonyPaths', () => {
  it('moves everything into SYMPHONY_HOME', () => {
    expect(symphonyPaths({ SYMPHONY_HOME: '/x/y', HOME: '/h' })).toEqual({
      config: '/x/y',
      state: '/x/y/state',
      logs: '/x/y/state/logs',
    });
  });

  it('expands ~ and makes a relative SYMPHONY_HOME absolute', () => {
    expect(symphonyPaths({ SYMPHONY_HOME: '~/s', HOME: '/h' }).config).toBe('/h/s');
    expect(symphonyPaths({ SYMPHONY_HOME: 's', HOME: '/h' }).config).toBe(`${process.cwd()}/s`);
  });

  it.runIf(process.platform === 'linux')('takes the XDG folders, and ignores relative ones', () => {
    expect(symphonyPaths({ HOME: '/h' })).toMatchObject({
      config: '/h/.config/symphony',
      state: '/h/.local/state/symphony',
    });
    const env = { HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative' };
    expect(symphonyPaths(env)).toMatchObject({ config: '/c/symphony', state: '/h/.local/state/symphony' });
  });

  it('counts an empty SYMPHONY_HOME as none', () => {
    expect(symphonyPaths({ HOME: '/h', SYMPHONY_HOME: '' })).toEqual(symphonyPaths({ HOME: '/h' }));
  });
});

describe('expandHome', () => {
  it('expands ~ in front and nowhere else', () => {
    expect(expandHome('~', '/h')).toBe('/h');
    expect(expandHome('~/a/b', '/h')).toBe('/h/a/b');
    for (const path of ['~other/a', 'a/~/b', '/a', '', './~']) expect(expandHome(path, '/h')).toBe(path);
    expect(expandHome('~')).toBe(homedir());
  });
});
