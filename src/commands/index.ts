export type { CommandArguments, CommandContext } from './command.ts';
export type { LaunchWishes } from './launch-spec.ts';
export { type SubcommandAction, SymphonyParser } from './symphony-parser.ts';
