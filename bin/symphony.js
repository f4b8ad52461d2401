#!/usr/bin/env node
import { existsSync } from 'node:fs';
// Plain JavaScript that any Node can read: all it needs to know is whether this one is new enough.
import * as nodeModule from 'node:module';

const wanted = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
const program = new URL('../dist/main.js', import.meta.url);

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  process.stderr.write(
    `symphony needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}. ` +
      'Install a newer one from https://nodejs.org, or run it through npx or an npm script of a project that has the npm package "node".\n',
  );
  process.exitCode = 1;
} else if (!existsSync(program)) {
  process.stderr.write('symphony is not built yet: run `npm run build` in its checkout.\n');
  process.exitCode = 1;
} else {
  nodeModule.enableCompileCache();
  const { main } = await import(program.href);
  await main();
}
