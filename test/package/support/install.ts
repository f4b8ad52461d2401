import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { run } from '../../support/bin.ts';
import { pack } from './packed.ts';
import { nodeVersions } from './versions.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of a project that has installed the packed package, with a folder for each version of Node.js. */
    readonly installed: string;
    /** The packed package. */
    readonly tarball: string;
  }
}

const project = { private: true, type: 'module', allowScripts: { node: true } };

/** Installs these packages in a new project. */
async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify(project));
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { exitCode, stderr } = await run(['npm', 'install', ...options, ...packages], { cwd: folder, timeout: 900 });
  if (exitCode !== 0) throw new Error(`npm install ${packages.join(' ')} failed:\n${stderr}`);
}

/** Installs the packed package once for all tests, as a project elsewhere does, and each version of Node.js beside it. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const packed = await pack();
  const folder = await mkdtemp(join(tmpdir(), 'symphony-installed-'));
  const remove = async () => {
    await packed[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([
      install(folder, '--omit=optional', packed.tarball),
      ...nodeVersions.map((version) => install(join(folder, 'nodes', version), `node@${version}`)),
    ]);
  } catch (error) {
    await remove();
    throw error;
  }
  provide('installed', folder);
  provide('tarball', packed.tarball);
  return remove;
}
