import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository, run } from '../../support/bin.ts';

/** The package as it would be published, in a scratch folder. It holds what `npm run build` has made. */
export async function pack(): Promise<{ readonly tarball: string; readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-package-'));
  const packed = await run(['npm', 'pack', '--ignore-scripts', '--pack-destination', folder], { cwd: repository });
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error(`npm pack failed: ${packed.stderr}`);
  return {
    tarball: join(folder, name),
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
