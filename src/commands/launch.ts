import { SymphonyError } from '../engine/errors.ts';
import type { CommandDefinition } from './command.ts';
import type { CommandArguments } from './context.ts';
import { durationOption } from './durations.ts';
import { launchSpec } from './launching.ts';
import { showPlan } from './planning.ts';

export const launch: CommandDefinition = {
  name: 'launch',
  aliases: ['create'],
  group: 'Experiments',
  configure: (command) =>
    command
      .description('launch the experiment that a YAML or JSON file declares')
      .argument('[file]', 'the spec')
      .option('--name <name>', 'another name for the experiment')
      .option('--set <path=value>', 'put a value over what the file says; may be given again', collect)
      .option('--dry-run', 'print what would be launched, and launch nothing')
      .option('--force', 'replace the experiment if it exists')
      .option('--wait [goal]', 'wait until it is ready, or with --wait=done until every process has ended')
      .option('--timeout <duration>', 'fail if the wait takes longer: 30s, 5m')
      .option('--follow', 'print what the processes write; ctrl-c leaves them running'),
  async run(args, context) {
    const { file, wait } = readArguments(args);
    const timeout = args.timeout === undefined ? undefined : durationOption('--timeout', args.timeout);
    if (timeout !== undefined && wait === undefined)
      throw new SymphonyError('usage', '--timeout is for --wait, which is not given.');
    const cluster = await context.cluster();
    const { loadSpec } = await import('../engine/spec/load-spec.ts');
    const spec = await loadSpec(file, { set: args.set ?? [], ...(args.name === undefined ? {} : { name: args.name }) });
    if (args.dryRun) return showPlan(context, cluster.plan(spec));
    await launchSpec(context, cluster, spec, {
      force: args.force ?? false,
      follow: args.follow ?? false,
      wait,
      timeout,
    });
  },
};

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** `--wait FILE` reads like `--wait=FILE`: what is no goal is the file. */
function readArguments(args: CommandArguments): { readonly file: string; readonly wait: 'ready' | 'done' | undefined } {
  const { wait } = args;
  const isGoal = wait === undefined || wait === true || wait === 'ready' || wait === 'done';
  const file: string | undefined = args.file ?? (isGoal ? undefined : wait);
  if (file === undefined)
    throw new SymphonyError('usage', 'No file is named.', { hint: 'For example: symphony launch rl.yaml' });
  if (!isGoal && args.file !== undefined) {
    throw new SymphonyError('usage', `--wait is ${JSON.stringify(wait)}; it takes ready or done.`);
  }
  if (wait === undefined) return { file, wait };
  return { file, wait: wait === 'done' ? 'done' : 'ready' };
}
