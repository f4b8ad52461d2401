import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { expandHome, symphonyPaths } from '../../../src/engine/files/paths.ts';

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

  it('uses the usual folders of the platform, and ignores a relative XDG folder', () => {
    const env = { HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative' };
    const { config, state } = symphonyPaths(env);
    expect([symphonyPaths({ HOME: '/h' }).config, config, state]).toEqual(
      process.platform === 'darwin'
        ? [
            '/h/Library/Preferences/symphony',
            '/h/Library/Preferences/symphony',
            '/h/Library/Application Support/symphony',
          ]
        : ['/h/.config/symphony', '/c/symphony', '/h/.local/state/symphony'],
    );
  });

  it('ignores an empty SYMPHONY_HOME', () => {
    expect(symphonyPaths({ HOME: '/h', SYMPHONY_HOME: '' })).toEqual(symphonyPaths({ HOME: '/h' }));
  });
});

describe('expandHome', () => {
  it('expands ~ only at the beginning', () => {
    expect(expandHome('~', '/h')).toBe('/h');
    expect(expandHome('~/a/b', '/h')).toBe('/h/a/b');
    for (const path of ['~other/a', 'a/~/b', '/a', '', './~']) expect(expandHome(path, '/h')).toBe(path);
    expect(expandHome('~')).toBe(homedir());
  });
});
