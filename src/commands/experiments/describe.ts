import { sameProcess } from '../../engine/contract/status.ts';
import { noTarget } from '../../engine/text/common-errors.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { chooseProcess } from '../names/process-targets.ts';
import { describeExperiment, describeProcess } from '../output/description.ts';
import { print } from '../output/print.ts';
import type { CommandDefinition } from '../program/command.ts';

/** The number of events in a description, the last ones. */
const shownEvents = 20;

export const describe: CommandDefinition = {
  name: 'describe',
  group: 'Experiments',
  configure: (command) =>
    command
      .description('show everything known about an experiment or one of its processes; -o wide adds environments')
      .argument('[experiment]', 'by default the current one')
      .argument('[target]', 'process or group/process'),
  async run(args, context) {
    const cluster = await context.cluster();
    const name = await chooseExperiment(context, cluster, args.experiment);
    const description = await cluster.describeExperiment(name);
    const events = await Array.fromAsync(cluster.capabilities.events?.events(name, { tail: shownEvents }) ?? []);
    const now = Date.now();
    if (args.target === undefined) {
      return print(context, {
        data: events.length > 0 ? { ...description, events } : description,
        names: () => [name],
        table: (wide) =>
          describeExperiment(description, { now, events, style: context.terminal.style, environment: wide }),
      });
    }
    const chosen = await chooseProcess(context, description.members, args.target);
    const member = description.members.find((one) => sameProcess(one, chosen));
    if (member === undefined) throw noTarget(args.target, description.members, name);
    await print(context, {
      data: member,
      names: () => [member.name],
      table: () => describeProcess(member, { now, style: context.terminal.style, environment: true }),
    });
  },
};
