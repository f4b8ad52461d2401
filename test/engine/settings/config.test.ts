import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../../../src/backends/index.ts';
import {
  environmentName,
  overrideSetting,
  readSetting,
  readSettings,
  readUnknownSettings,
  type SettingValues,
  settingNames,
  unsetSetting,
  writeSetting,
} from '../../../src/engine/settings/config.ts';
import { SymphonyConfig } from '../../../src/engine/settings/symphony-config.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { thrownBy } from '../support/thrown.ts';

const scratch = scratchFolder();
const userFile = () => scratch.path('home/settings.json');

afterEach(() => {
  vi.restoreAllMocks();
  for (const source of ['flag', 'program'] as const) {
    for (const name of settingNames()) overrideSetting(source, name, undefined);
  }
});

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function workIn(...parts: string[]): string {
  const folder = scratch.path(...parts);
  mkdirSync(folder, { recursive: true });
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  return folder;
}

const run = (program: string, args: string[] = [], options = {}) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'support', program), ...args], options);

describe('readSetting', () => {
  it('takes flags before the program before the environment before the project before the user before the default', async () => {
    workIn('project/deep/er');
    const told = async () => (await readSettings()).backend;
    expect(await told()).toEqual({ value: 'local', source: 'default' });
    await writeSetting('backend', 'of-user');
    expect(await told()).toEqual({ value: 'of-user', source: 'user', place: userFile() });
    const project = write(scratch.path('project/.symphony.yaml'), 'backend: of-project\n');
    expect(await told()).toEqual({ value: 'of-project', source: 'project', place: project });
    vi.stubEnv('SYMPHONY_BACKEND', 'of-environment');
    expect(await told()).toEqual({ value: 'of-environment', source: 'environment', place: 'SYMPHONY_BACKEND' });
    overrideSetting('program', 'backend', 'of-program');
    expect(await told()).toEqual({ value: 'of-program', source: 'program' });
    overrideSetting('flag', 'backend', 'of-flag');
    expect(await told()).toEqual({ value: 'of-flag', source: 'flag' });
    expect(await readSetting('backend')).toBe('of-flag');
  });

  it('reads only the nearest project file', async () => {
    workIn('a/b');
    write(scratch.path('a/.symphony.yaml'), 'backend: far\ntheme: dark\n');
    write(scratch.path('a/b/.symphony.yaml'), 'backend: near\n');
    expect(await readSetting('backend')).toBe('near');
    expect(await readSetting('theme')).toBe('auto');
  });

  it('reads a project file that ends in .yml, and refuses a folder with both', async () => {
    workIn('a/b');
    const far = write(scratch.path('a/.symphony.yml'), 'backend: far\n');
    expect(await readSetting('backend')).toBe('far');
    const other = write(scratch.path('a/.symphony.yaml'), 'backend: other\n');
    await expect(readSetting('backend')).rejects.toMatchObject({
      code: 'usage',
      message: `There are two files of settings: ${other} and ${far}.`,
    });
  });

  it('resolves relative paths against their file, and expands ~', async () => {
    workIn('project/deep');
    write(scratch.path('project/.symphony.yaml'), 'experimentFolder: records\n');
    expect(await readSetting('experimentFolder')).toBe(scratch.path('project/records'));
    vi.stubEnv('SYMPHONY_EXPERIMENT_FOLDER', '~/records');
    expect(await readSetting('experimentFolder')).toBe(join(homedir(), 'records'));
    overrideSetting('flag', 'experimentFolder', 'here');
    expect(await readSetting('experimentFolder')).toBe(scratch.path('project/deep/here'));
  });

  it('reads every kind of value from the environment', async () => {
    vi.stubEnv('SYMPHONY_MOUSE', 'off');
    vi.stubEnv('SYMPHONY_KEYS', '{"delete":"ctrl-x"}');
    vi.stubEnv('SYMPHONY_USERNAME', '');
    expect(await readSetting('mouse')).toBe(false);
    expect(await readSetting('keys')).toEqual({ delete: 'ctrl-x' });
    expect((await readSettings()).username).toMatchObject({ value: '', source: 'environment' });
  });

  it('loads no library', async () => {
    write(userFile(), '{"backend": "kube"}');
    const { stdout } = await run('modules-of-reading-settings.ts', [], { cwd: scratch.path() });
    expect(JSON.parse(stdout)).toEqual({ backend: 'kube', loaded: [] });
    write(scratch.path('.symphony.yaml'), 'backend: tmux');
    const second = await run('modules-of-reading-settings.ts', [], { cwd: scratch.path() });
    expect(JSON.parse(second.stdout)).toEqual({ backend: 'tmux', loaded: ['yaml'] });
  });
});

describe('wrong settings', () => {
  it('are reported with the variable and a valid value', async () => {
    vi.stubEnv('SYMPHONY_THEME', 'drak');
    const error = await thrownBy(() => readSetting('theme'));
    expect(error).toMatchObject({ code: 'usage', hint: 'It must be auto, dark, light, high-contrast or none.' });
    expect(error.message).toBe('SYMPHONY_THEME: theme is "drak".');
    vi.stubEnv('SYMPHONY_KEYS', '{"a": 1}');
    expect((await thrownBy(() => readSetting('keys'))).message).toContain('SYMPHONY_KEYS');
    vi.stubEnv('SYMPHONY_MOUSE', 'perhaps');
    expect((await thrownBy(() => readSetting('mouse'))).hint).toBe('It must be true or false.');
  });

  it('are reported with file and line of a project file', async () => {
    const path = scratch.path('.symphony.yaml');
    workIn('.');
    const problem = async (text: string) => {
      write(path, text);
      const { message, hint = '' } = await thrownBy(() => readSetting('backend'));
      return `${message} ${hint}`.replaceAll(path, 'FILE').trim();
    };
    expect(await problem('theme: dark\nbackent: local\n')).toBe(
      'FILE:2: there is no setting "backent". Did you mean backend?',
    );
    expect(await problem('# x\n\nmouse: 3\n')).toBe('FILE:3: mouse is 3. It must be true or false.');
    expect(await problem('backend: [')).toMatch(/^FILE:1:\d+: /);
    expect(await problem('just text')).toContain('FILE must hold settings by name.');
    expect(await problem('username: Sarah Connor')).toContain('FILE:1: username is "Sarah Connor".');
  });

  it('do not include settings of a backend that this program does not have', async () => {
    workIn('.');
    const project = write(scratch.path('.symphony.yaml'), 'theme: dark\ngridHost: example\n');
    write(userFile(), '{"mouse": false, "gridQueue": 3}');
    expect(await readSetting('theme')).toBe('dark');
    expect(await readSetting('mouse')).toBe(false);
    expect(await readUnknownSettings()).toEqual([
      { name: 'gridHost', place: `${project}:2` },
      { name: 'gridQueue', place: userFile() },
    ]);
    expect((await thrownBy(() => writeSetting('gridHost' as 'theme', 'dark'))).code).toBe('usage');
  });

  it('are reported with the path of the user’s file', async () => {
    write(userFile(), '{"theme": "x"}');
    expect((await thrownBy(() => readSetting('backend'))).message).toBe(`${userFile()}: theme is "x".`);
    write(userFile(), '{');
    expect((await thrownBy(() => readSetting('backend'))).message).toContain(`${userFile()} is not JSON`);
    expect((await thrownBy(() => writeSetting('mouse', true))).message).toContain(`${userFile()} is not JSON`);
    expect(readFileSync(userFile(), 'utf8')).toBe('{');
  });

  it('do not include an empty file', async () => {
    workIn('.');
    write(userFile(), '');
    write(scratch.path('.symphony.yaml'), '# nothing yet\n');
    expect(await readSetting('backend')).toBe('local');
  });
});

describe('writeSetting', () => {
  it('writes a valid value to a file that only the user can read, and unsets it', async () => {
    await writeSetting('mouse', false);
    await writeSetting('keys', { 'a.b': 'ctrl-x' });
    expect(JSON.parse(readFileSync(userFile(), 'utf8'))).toEqual({ mouse: false, keys: { 'a.b': 'ctrl-x' } });
    expect(statSync(userFile()).mode & 0o777).toBe(0o600);
    await unsetSetting('mouse');
    expect(await readSetting('mouse')).toBe(true);
    expect(await readSetting('keys')).toEqual({ 'a.b': 'ctrl-x' });
  });

  it('refuses an invalid value', async () => {
    const wrong = await thrownBy(() => writeSetting('theme', 'pink' as SettingValues['theme']));
    expect(wrong.code).toBe('usage');
    const unknown = await thrownBy(() => writeSetting('them' as 'theme', 'dark'));
    expect(unknown.hint).toBe('Did you mean theme?');
  });

  it('makes a path absolute when writing it', async () => {
    workIn('here');
    await writeSetting('experimentFolder', 'records');
    workIn('elsewhere');
    expect(await readSetting('experimentFolder')).toBe(scratch.path('here/records'));
  });

  it('can remove an invalid value', async () => {
    write(userFile(), '{"theme": "x", "tehme": 1, "backend": "kube"}');
    await unsetSetting('theme');
    await unsetSetting('tehme');
    expect(await readSetting('backend')).toBe('kube');
  });

  it('loses no change that another process writes at the same time', async () => {
    const values: Partial<SettingValues> = {
      backend: 'kube',
      username: 'sarah',
      theme: 'dark',
      color: 'never',
      mouse: false,
    };
    await Promise.all(
      Object.entries(values).map(([name, value]) => run('write-setting.ts', [name, JSON.stringify(value), '5'])),
    );
    expect(JSON.parse(readFileSync(userFile(), 'utf8'))).toEqual(values);
  });
});

describe('SymphonyConfig', () => {
  it('is a singleton, and overrides everything but flags', async () => {
    vi.stubEnv('SYMPHONY_USERNAME', 'bob');
    expect(SymphonyConfig.get().setUsername('sarah').setExperimentFolder('~/x')).toBe(SymphonyConfig.get());
    expect(await SymphonyConfig.get().getUsername()).toBe('sarah');
    expect(await SymphonyConfig.get().getExperimentFolder()).toBe(join(homedir(), 'x'));
    overrideSetting('flag', 'username', 'flag');
    expect(await SymphonyConfig.get().getUsername()).toBe('flag');
  });

  it('refuses a username that is not a valid start of a name', async () => {
    for (const username of ['Sarah', '1a', 'a_b', '-', 'a-', 'x'.repeat(31)]) {
      expect((await thrownBy(() => SymphonyConfig.get().setUsername(username))).code).toBe('usage');
    }
  });
});

it('docs/settings.md lists every setting with its variable', () => {
  const text = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\| `(\w+)` \| `(SYMPHONY_\w+)` \|/gm)].map(([, name, variable]) => [
    name,
    variable,
  ]);
  expect(listed.sort()).toEqual(
    settingNames()
      .map((name) => [name, environmentName(name)])
      .sort(),
  );
});
