import { SymphonyError } from '../../engine/contract/errors.ts';
import { formatJson } from '../../engine/text/format-json.ts';

export const outputFormats = ['table', 'wide', 'json', 'yaml', 'name'] as const;

/**
 * How a command prints its result.
 * @useDeclaredType
 */
export type OutputFormat = (typeof outputFormats)[number];

/** One result in all output formats. */
export interface Printable {
  /** The data for JSON and YAML. */
  readonly data: unknown;
  /** The names for `-o name`, one a line. */
  readonly names?: () => readonly string[];
  readonly table: (wide: boolean) => readonly string[] | Promise<readonly string[]>;
}

/** The destination and the format of a result. */
interface PrintTarget {
  readonly output: OutputFormat;
  write(text: string): Promise<void>;
}

/** Prints a result on stdout in the chosen format. */
export async function print(context: PrintTarget, result: Printable): Promise<void> {
  await context.write(await render(context.output, result));
}

async function render(format: OutputFormat, result: Printable): Promise<string> {
  switch (format) {
    case 'json':
      return `${formatJson(result.data, 2)}\n`;
    case 'yaml':
      return toYaml(result.data);
    case 'name':
      if (result.names === undefined)
        throw new SymphonyError('usage', 'This command has no names to print: it does not support -o name.');
      return joinLines(result.names());
    default:
      return joinLines(await result.table(format === 'wide'));
  }
}

export async function toYaml(data: unknown): Promise<string> {
  const { formatYaml } = await import('../../engine/text/format-yaml.ts');
  return formatYaml(data);
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
