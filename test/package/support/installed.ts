import { join } from 'node:path';
import { inject } from 'vitest';
import { packageName } from '../../support/documents/workplace.ts';
import { test as base } from '../../support/session.ts';

/** The project that has installed the package. */
export const installed = inject('installed');

/** The program of a version of Node.js. */
export const nodeOf = (version: string): string =>
  join(installed, 'nodes', version, 'node_modules', 'node', 'bin', 'node');

/** The folder of the installed package, which has the files of the tarball. */
export const installedPackage: string = join(installed, 'node_modules', packageName);

export const installedBin: string = join(installedPackage, 'bin', 'symphony.js');

/** A test whose session uses the installed package, with this version of Node.js. */
export const testOn = (version: string): typeof base =>
  base.extend('session', async ({ session }) => {
    session.bin = [nodeOf(version), installedBin];
    return session;
  }) as unknown as typeof base;
