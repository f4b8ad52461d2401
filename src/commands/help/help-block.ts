/** What help topics and the manual page consist of. */
export type HelpBlock =
  | { readonly heading: string }
  | { readonly text: string }
  | { readonly example: string }
  /** Terms with their meanings. */
  | { readonly terms: readonly (readonly [term: string, meaning: string])[] };
