import { expect } from 'vitest';
import type { Session } from '../session.ts';
import { allBlocks, type Block, placeOf } from './blocks.ts';
import { backendOf, typedLines } from './shell-lines.ts';
import { type Example, Workplace } from './workplace.ts';
import { isYaml } from './yaml-blocks.ts';

/** What launches the example itself finds no experiment of that name; what is about the history finds it deleted. */
export function wants(text: string): Example {
  if (/\bhistory\b/i.test(text)) return 'deleted';
  return /launch .*rl\.yaml|launch\(/.test(text) ? 'absent' : 'running';
}

/** Times differ, and with them the widths of columns. */
const comparable = (line: string) =>
  line
    .replace(/\b\d+(?:s|m|ms)\b/g, 'TIME')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * Types the lines of a block that need one of these backends, and compares the output that the block shows.
 * @param image what the example runs in, instead of an image that has to be pulled
 * @returns how many lines were typed
 */
export async function typeBlock(
  session: Session,
  block: Block,
  backends: Readonly<Record<string, boolean>>,
  image?: string,
): Promise<number> {
  const needed = backendOf(block);
  const lines = typedLines(block).filter((_, index) => backends[needed[index] ?? '']);
  if (lines.length === 0) return 0;
  const declarations = allBlocks.filter((other) => other.document === block.document && isYaml(other));
  const place = new Workplace(session, declarations, image);
  if (backends.local) await place.prepare(wants(block.text));
  for (const line of lines) {
    const result = await place.type(line);
    const where = `${placeOf(block)}: ${line.command}`;
    expect(result.exitCode, `${where}\n${result.stdout}${result.stderr}`).toBe(0);
    if (line.output.length === 0) continue;
    const printed = result.stdout.trimEnd().split('\n').map(comparable);
    expect(printed, where).toEqual(line.output.map(comparable));
  }
  return lines.length;
}
