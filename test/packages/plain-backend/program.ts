// A program that brings its own backend, and an experiment to try it with:   node program.ts process try -o wide

import { Cluster } from '@symphony-run/symphony';
import { SymphonyParser } from '@symphony-run/symphony/commands';
import { plainDefinition } from './index.ts';

Cluster.register('plain', plainDefinition);

class PlainProgram extends SymphonyParser {
  override get name() {
    return 'plain-program';
  }

  /** The experiment lives as long as the program, so each command launches it anew. */
  override async createCluster() {
    const cluster = await Cluster.new('plain');
    const experiment = cluster.newExperiment('try', { startDir: '/' });
    experiment.newProcess('usual', { command: 'nice; exec sleep 600' });
    experiment.newProcess('nice', { command: 'nice; exec sleep 600', plain: { niceness: 5 } });
    experiment.newProcess('brief', { command: 'nice', plain: { niceness: 7 } });
    await cluster.launch(experiment);
    return cluster;
  }
}

await new PlainProgram().main();
