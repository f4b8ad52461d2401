import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notifyPath, notifySecret, readNotify } from '../../../../src/backends/kube/supervisor/notify-secret.ts';

const context = { location: { experiment: 'rl', namespace: 'rl', ownNamespace: true }, launchId: 'launch' };

test('what a Secret holds is what the supervisor reads where it is mounted', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-notify-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'notify.json');
  for (const notify of [{ webhook: 'https://x/y' }, { webhook: 'https://x/y', on: ['failed'] as const }]) {
    const { object, mount } = notifySecret(context, notify);
    const [[file = '', content = ''] = []] = Object.entries((object as { data?: Record<string, string> }).data ?? {});
    expect(`${mount.mountPath}/${file}`).toBe(notifyPath);
    await writeFile(path, Buffer.from(content, 'base64'));
    expect(readNotify(path)).toEqual(notify);
  }
  for (const text of ['', '[]', '{"webhook":3}']) {
    await writeFile(path, text);
    expect(readNotify(path)).toBeUndefined();
  }
  expect(readNotify(join(folder, 'none'))).toBeUndefined();
});

test('a plan shows no address', () => {
  expect(notifySecret(context).object).toMatchObject({ stringData: { 'notify.json': '<secret>' } });
});
