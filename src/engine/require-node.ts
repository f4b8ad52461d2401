import { SymphonyError } from './contract/errors.ts';

/** As in `engines` of package.json, and in the bin. */
const wanted = [22, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

// Each entry of the library imports this module first: what follows does not load on an older Node.js.
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  throw new SymphonyError(
    'unsupported',
    `Symphony needs Node.js ${wanted.join('.')} or newer; this is ${process.versions.node}.`,
    { hint: 'Install a newer one from https://nodejs.org, or the npm package "node" in this project.' },
  );
}
