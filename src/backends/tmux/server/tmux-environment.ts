const inheritedNames = /^(HOME|LANG|LC_.*|LOGNAME|PATH|SHELL|USER)$/;

/**
 * The part of this process's environment that tmux gets: nothing that refers to an enclosing tmux or another socket
 * location, and nothing that should not stay in the server permanently.
 */
export function tmuxEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => inheritedNames.test(name)));
}
