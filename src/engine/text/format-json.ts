import { invisibleControls } from './safe-text.ts';

/**
 * A value as JSON. Unlike `JSON.stringify`, it also escapes characters that a terminal interprets or that disguise a text;
 * the parsed value is the same.
 */
export function formatJson(value: unknown, indent?: number): string {
  return escapeJsonControls(JSON.stringify(value, null, indent));
}

/** The same for text that is JSON already, where such characters occur only in strings. */
export function escapeJsonControls(json: string): string {
  if (json.search(invisibleControls) < 0) return json;
  return json.replaceAll(
    invisibleControls,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
