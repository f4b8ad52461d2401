import { SymphonyError } from '../../engine/contract/errors.ts';
import type { CommandDefinition, ParsedArguments } from '../program/command.ts';
import { launchSpec } from '../shared/launch-spec.ts';
import { durationOption } from '../shared/option-values.ts';
import { checkOnServer, showPlan } from '../shared/show-plan.ts';

export const launch: CommandDefinition = {
  name: 'launch',
  aliases: ['create'],
  group: 'Experiments',
  configure: (command) =>
    command
      .description('launch the experiment that a YAML or JSON file declares')
      .argument('[file]', 'the spec')
      .option('--name <name>', 'override the name of the experiment')
      .option('--set <path=value>', 'override a value of the file; may be repeated', collect)
      .option(
        '--dry-run [where]',
        'print what would be launched, and launch nothing; with --dry-run=server the cluster checks it as well',
      )
      .option('--force', 'replace the experiment if it exists')
      .option('--wait [goal]', 'wait until it is ready, or with --wait=done until it is over; exits with 1 if it fails')
      .option('--timeout <duration>', 'fail if the wait takes longer: 30s, 5m')
      .option('--follow', 'print what the processes write; ctrl-c leaves them running')
      .option(
        '-A, --attached',
        'run it in the foreground: print what the processes write until it is over, end it with ctrl-c, then delete it',
      ),
  async run(args, context) {
    const { file, wait, dryRun } = readArguments(args);
    const timeout = args.timeout === undefined ? undefined : durationOption('--timeout', args.timeout);
    if (timeout !== undefined && wait === undefined && !args.attached)
      throw new SymphonyError('usage', '--timeout is for --wait or --attached, which are not given.');
    const cluster = await context.cluster();
    const { loadSpec } = await import('../../engine/spec/source/load-spec.ts');
    const spec = await loadSpec(file, { set: args.set ?? [], ...(args.name === undefined ? {} : { name: args.name }) });
    if (dryRun !== undefined) {
      await showPlan(context, await cluster.withSettingNotes(cluster.plan(spec)));
      if (dryRun === 'server') await checkOnServer(context, cluster, spec);
      return;
    }
    await launchSpec(context, cluster, spec, {
      force: args.force ?? false,
      follow: args.follow ?? false,
      attached: args.attached ?? false,
      wait,
      timeout,
    });
  },
};

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

interface LaunchArguments {
  readonly file: string;
  readonly wait: 'ready' | 'done' | undefined;
  readonly dryRun: 'client' | 'server' | undefined;
}

function readArguments(args: ParsedArguments): LaunchArguments {
  const wait = readChoice('--wait', args.wait, ['ready', 'done'] as const);
  const dryRun = readChoice('--dry-run', args.dryRun, ['client', 'server'] as const);
  const [file, other] = [args.file, wait.file, dryRun.file].filter((name) => name !== undefined) as string[];
  if (file === undefined)
    throw new SymphonyError('usage', 'No file is named.', { hint: 'For example: symphony launch rl.yaml' });
  if (other !== undefined) {
    const wrong = wait.file === undefined ? dryRun : wait;
    throw new SymphonyError('usage', `${wrong.option} is ${JSON.stringify(wrong.file)}; it takes ${wrong.choices}.`);
  }
  if (args.attached) refuseBesideAttached({ wait: wait.value, follow: args.follow, 'dry-run': dryRun.value });
  return { file, wait: wait.value, dryRun: dryRun.value };
}

/** An attached launch waits, follows and deletes by itself. */
function refuseBesideAttached(options: Readonly<Record<string, unknown>>): void {
  const [other] = Object.keys(options).filter((name) => options[name] !== undefined);
  if (other === undefined) return;
  throw new SymphonyError('usage', `--attached cannot be combined with --${other}.`, {
    hint: '--attached prints the output, waits until the experiment is over, and deletes it.',
  });
}

/**
 * An option whose value may be left out, for its first choice. commander reads `--wait FILE` like `--wait=FILE`, so a value
 * that is no choice is the file.
 */
function readChoice<Choice extends string>(
  option: string,
  said: string | true | undefined,
  choices: readonly [Choice, Choice],
): { readonly option: string; readonly choices: string; readonly value?: Choice; readonly file?: string } {
  const named = { option, choices: choices.join(' or ') };
  if (said === undefined) return named;
  const value = said === true ? choices[0] : choices.find((choice) => choice === said);
  return value === undefined ? { ...named, value: choices[0], file: said as string } : { ...named, value };
}
