/** Parses one end of a copy: `group/process:/path` is a process's path, anything else a path of this machine. */
export function parseCopyEnd(text: string): { readonly target?: string; readonly path: string } {
  const match = /^([a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)?):(.*)$/s.exec(text);
  const [, target, path] = match ?? [];
  if (target === undefined || path === undefined) return { path: text };
  return { target, path: path === '' ? '.' : path };
}
