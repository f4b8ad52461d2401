/** One side of a copy as it is written: `group/process:/path` there, anything else here. */
export function parseCopyEnd(text: string): { readonly target?: string; readonly path: string } {
  const match = /^([a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)?):(.*)$/s.exec(text);
  const [, target, path] = match ?? [];
  if (target === undefined || path === undefined) return { path: text };
  return { target, path: path === '' ? '.' : path };
}
