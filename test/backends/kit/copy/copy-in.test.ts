import { runInContainer } from '../../../../src/backends/kit/exec/run-in-container.ts';
import { describeCopying } from '../support/copying-suite.ts';
import { SpawnedContainer } from '../support/spawned-container.ts';

describeCopying('copying to and from a container', async (options) => {
  const container = new SpawnedContainer(options);
  return {
    commands: { name: 'learner', run: (command, options) => runInContainer(container, command, options) },
    running: () => container.running,
    breakOff: () => container.breakOff(),
    stop: () => container.stop(),
  };
});
