import { Cluster } from './engine/client/cluster.ts';

// Loaded when it is opened: it is the larger part of the package.
Cluster.provideInterface(async (cluster, experiment) => {
  const { openInterface } = await import('./commands/interface/open-interface.ts');
  await openInterface(cluster, experiment);
});
