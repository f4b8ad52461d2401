import type { LogLine } from '../../../src/engine/contract/logs.ts';

export function logLine(text: string, name = 'main', group: string | null = null): LogLine {
  return { group, name, run: 1, kind: 'line', text };
}

export function logLines(...texts: string[]): LogLine[] {
  return texts.map((text) => logLine(text));
}
