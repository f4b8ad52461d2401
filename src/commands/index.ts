import '../engine/require-node.ts';

export type { OutputFormat } from './output/print.ts';
export type { CommandArguments, CommandContext } from './program/command.ts';
export type { OptionDefaults, Subcommand, WrappingAction } from './program/subcommand.ts';
export { type SubcommandAction, SymphonyParser } from './program/symphony-parser.ts';
export type { LaunchWishes } from './shared/launch-spec.ts';
export type { Style, Terminal } from './shared/terminal.ts';
