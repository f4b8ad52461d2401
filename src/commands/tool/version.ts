import { version as symphonyVersion } from '../../engine/version.ts';
import { print } from '../output/print.ts';
import type { CommandDefinition } from '../program/command.ts';

export const version: CommandDefinition = {
  name: 'version',
  group: 'Symphony',
  configure: (command) => command.description('print the versions of Symphony and of Node'),
  async run(_args, context) {
    const versions = { symphony: symphonyVersion, node: process.versions.node };
    await print(context, {
      data: versions,
      names: () => [versions.symphony],
      table: () => [`symphony ${versions.symphony}`, `node ${versions.node}`],
    });
  },
};
