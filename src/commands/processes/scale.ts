import { SymphonyError } from '../../engine/contract/errors.ts';
import type { ReplicaCounts } from '../../engine/spec/scale-spec.ts';
import { describeScaling } from '../../engine/text/describe-scaling.ts';
import { chooseExperimentFor } from '../names/choose-targets.ts';
import type { CommandDefinition } from '../program/command.ts';

export const scale: CommandDefinition = {
  name: 'scale',
  group: 'Processes',
  configure: (command) =>
    command
      .description('run more or fewer replicas of processes and groups')
      .argument('<targets...>', 'declared names with numbers of replicas: agent=20, group=3, group/process=2'),
  async run(args, context) {
    const counts = parseCounts(args.targets);
    const { cluster, experiment } = await chooseExperimentFor(context, 'scale', args.experiment);
    const options = { signal: context.signal, onProgress: context.progress };
    const result = await cluster.scale(experiment, counts, options);
    for (const sentence of describeScaling(counts, result)) context.note(sentence);
  },
};

/** The counts in arguments such as `agent=20`. @throws SymphonyError `usage` */
export function parseCounts(targets: readonly string[]): ReplicaCounts {
  const counts = new Map<string, number>();
  for (const target of targets) {
    const [, name, count] = /^([^=]+)=(\d{1,9})$/.exec(target) ?? [];
    if (name === undefined) {
      const hint = 'Write the name and the number of replicas: symphony scale agent=20';
      throw new SymphonyError('usage', `${JSON.stringify(target)} is not of the form NAME=NUMBER.`, { hint });
    }
    if (counts.has(name)) throw new SymphonyError('usage', `${name} has two numbers.`);
    counts.set(name, Number(count));
  }
  return Object.fromEntries(counts);
}
