import { invisibleControls } from './sanitize-text.ts';

/**
 * JSON of a value, as `JSON.stringify` makes it, in which also those characters are escaped that a terminal acts upon or
 * that hide what a text says; its value is the same.
 */
export function formatJson(value: unknown, indent?: number): string {
  return escapeJsonControls(JSON.stringify(value, null, indent));
}

/** The same for text that is JSON already: such characters can only stand in its strings. */
export function escapeJsonControls(json: string): string {
  if (json.search(invisibleControls) < 0) return json;
  return json.replaceAll(
    invisibleControls,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
