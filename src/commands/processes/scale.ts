import { parseReplicaCounts } from '../../engine/spec/scale-spec.ts';
import { describeScaling } from '../../engine/text/describe-scaling.ts';
import { chooseExperimentFor } from '../names/choose-targets.ts';
import type { CommandDefinition } from '../program/command.ts';

export const scale: CommandDefinition = {
  name: 'scale',
  group: 'Processes',
  configure: (command) =>
    command
      .description('run more or fewer replicas of processes and groups')
      .argument('<counts...>', 'declared names with numbers of replicas: agent=20, group=3, group/process=2'),
  async run(args, context) {
    const counts = parseReplicaCounts(args.counts);
    const { cluster, experiment } = await chooseExperimentFor(context, 'scale', args.experiment);
    const options = { signal: context.signal, onProgress: context.progress };
    const result = await cluster.scale(experiment, counts, options);
    for (const sentence of describeScaling(counts, result)) context.note(sentence);
  },
};
