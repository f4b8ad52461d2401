import type { ValuePart } from '../../../../engine/spec/resolve/references.ts';
import { literal } from './container-command.ts';

/** The value of a container's variable. The kubelet replaces secret variables in it, so that no manifest contains them. */
export function containerValue(parts: readonly ValuePart[]): string {
  if (parts.every((part) => 'text' in part)) return literal(parts.map(({ text }) => text).join(''));
  // A dollar sign before a reference would escape the reference, so each one is written as two.
  return parts.map((part) => ('text' in part ? part.text.replaceAll('$', '$$$$') : `$(${part.secret})`)).join('');
}
